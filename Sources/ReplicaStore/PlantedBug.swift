#if DEBUG
    /// Mistakes that the simulator has to find. One is planted by whoever simulates; no release build has them.
    package enum PlantedBug: String, CaseIterable, Sendable {
        /// The hub says that it holds an operation before its transaction has ended.
        case acknowledgedBeforeCommit = "acknowledged-before-commit"
        /// A node's cursor is committed before the entries that it covers.
        case cursorApartFromData = "cursor-apart-from-data"
        /// What a void operation replaced does not come back at its origin.
        case voidNotUndone = "void-not-undone"
        /// A write leaves alive what it replaces.
        case replacedStaysAlive = "replaced-stays-alive"
        /// A write drops whatever else is live in its slot.
        case lastArrivalWins = "last-arrival-wins"
        /// The last operation before a crash is lost, and its sequence is given away again.
        case sequenceReused = "sequence-reused"
        /// A node records a sale again when a till repeats it.
        case saleRecordedTwice = "sale-recorded-twice"
        /// A node that is still behind is sent what is new, and never what lies between.
        case skipsThoseBehind = "skips-those-behind"
        /// The digest is not changed when an operation gets its verdict.
        case digestForgetsSettling = "digest-forgets-settling"
        /// A mark names the position before the one that its digest is about.
        case markTooLow = "mark-too-low"
        /// An edit replaces what is there, whatever was on the screen.
        case staleEditWritten = "stale-edit-written"
        /// A deleted member keeps its phone among those that are looked up.
        case claimOfDeletedKept = "claim-of-deleted-kept"
        /// Who hands rights to itself has them afterwards twice.
        case selfTransferMints = "self-transfer-mints"
        /// A transfer of less than nothing gives its author more.
        case negativeAmountPasses = "negative-amount-passes"
        /// The hub takes the rights of a lot for its own because it has accepted the sale that earned it.
        case infersFreshRights = "infers-fresh-rights"
        /// The hub writes a second grant for one authorization.
        case grantsTwice = "grants-twice"
        /// A node spends more than it holds.
        case spendsWithoutLooking = "spends-without-looking"
        /// A node lets a member pay with what is another's.
        case othersLotsAreSpent = "others-lots-are-spent"
        /// The hub does not look whose lots a sale spends.
        case foreignLotsPass = "foreign-lots-pass"
        /// A node keeps the rights that it has handed back.
        case returnedRightsKept = "returned-rights-kept"
        /// A grant that came ahead of the log counts once more when the log brings it.
        case earlyGrantCountedAgain = "early-grant-counted-again"
        /// A refund under a second id does not see the first.
        case refundedTwice = "refunded-twice"
        /// Of a sale recorded at two branches, the hub knows only the first.
        case secondSellerForgotten = "second-seller-forgotten"
        /// The hub takes back a sale whose seller has not handed it the right to.
        case refundWithoutRelease = "refund-without-release"
        /// What is written off comes to the hub, and stays with the lost branch as well.
        case writtenOffRightsStay = "written-off-rights-stay"
        /// A branch that learns that it was written off keeps what it believes to hold.
        case writtenOffBranchGoesOn = "written-off-branch-goes-on"
        /// The hub gives rights to a branch that does not know yet that it was written off.
        case sealedBranchIsGivenRights = "sealed-branch-is-given-rights"
        /// A coupon's home has the right to it, and so has the hub still.
        case couponWithTwoHolders = "coupon-with-two-holders"
        /// A refund takes back points that are not there.
        case clawbackBelowZero = "clawback-below-zero"
        /// A till is told that nothing was sold, and the checkout goes on waiting and sells.
        case soldAfterTimeOut = "sold-after-time-out"
        /// Rights granted for a sale that does not take place stay where they are.
        case unusedGrantKept = "unused-grant-kept"
        /// An image claims to hold more of the log than it does.
        case imageCursorTooHigh = "image-cursor-too-high"
        /// An image carries the hub's roster along.
        case imageWithRoster = "image-with-roster"
        /// A node that takes an image forgets what it has written itself.
        case imageDropsOwnWork = "image-drops-own-work"
        /// The hub looks at what waits for other branches only when something else happens.
        case recallsOutliveTheirTime = "recalls-outlive-their-time"
        /// The hub believes the points on every settled receipt.
        case pointsOnTrust = "points-on-trust"
        /// The hub counts points again by what is declared by then, whatever the branch could know.
        case countedByNewerRules = "counted-by-newer-rules"
        /// The hub forgets which coupons have been taken back.
        case voidForgotten = "void-forgotten"
        /// The hub counts a member's coupons one too late.
        case limitOffByOne = "limit-off-by-one"
        /// The hub believes a branch that gives a tier.
        case tierOnTrust = "tier-on-trust"
        /// The hub decides about a member without what it has just decided about the same person.
        case wordsOverlap = "words-overlap"
    }
#endif
