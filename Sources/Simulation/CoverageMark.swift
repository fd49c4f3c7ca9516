/// Something that has to happen somewhere in a set of seeds, or the set proves less than it seems to.
package enum CoverageMark: String, CaseIterable, Comparable, Sendable {
    // The line
    case lineCutInsideMessage, lineFellSilent, lineGivenUpAsSilent, superseded, connectFailed
    case seenByHubOnly, partitioned, partitionOutlived, resumedInsideLog, uploadWindowFull, downloadRoomExhausted
    case stampRunSent
    // Processes
    case hubCrashed, nodeCrashed, crashedAfterCommitBeforeActions, interruptedBeforeCommit, interruptedAfterCommit
    case hubDiskFull, nodeDiskFull, clockSetBack, clockSetForward
    // Tills
    case saleRecorded, saleRepeated, saleRefused, saleDuplicateFlagged, editWritten, editStale, editUnchanged
    case memberDeleted, editedWhileOffline
    // Headquarters
    case fieldCaseOpened, identityCaseOpened, judgedCaseOpened, redemptionCaseOpened, debtCaseOpened, ledgerCaseSettled
    case fieldCaseResolved, membersLinked, membersKeptApart
    case verdictAcknowledged, dryRunAnswered, nodeRevoked
    // The counter
    case checkoutSold, checkoutRepeated, checkoutRefused, spent, spentOffline, refusedOffline, refusedUnanswered
    case couponRedeemed, couponRedeemedOptimistically, couponRedeemedTwice, toppedUp, topUpRepeated, walletsTold
    case refundedHere, refundedThroughHub, refundedTwiceSold, refundRefused, refundDenied, sellerUnreachable
    // Rights
    case grantGiven, grantDenied, grantDeniedRestElsewhere, grantReturned, intentSwept, recallAnswered, recallEmpty
    case recallTimedOut, idleReturned, allowanceFilled, homeFilled, debtRepaid, expiredBookedOut
    case branchWrittenOff, lateAfterWriteOff, surrendered, surrenderedMore, voidReturned, voidClosed
    // Tiers and limits
    case tierGiven, tierConfirmed, limitCaseOpened, tierCaseOpened, tierCaseSettled
    // Verdicts
    case clockAheadFlagged, overdrawnFlagged, foreignLotFlagged, unknownKindPassedOn
    case couponVoidFlagged, overLimitFlagged, tierDisputedFlagged, ruleMismatchFlagged, ruleUnknownFlagged
    case voidUndone, voidReplacesUnseen, voidAuthority, voidMalformed, voidUnacceptable, voidAudience
    // The outlaw
    case outlawRefused, outlawMalformed, outlawForged, outlawFlagged, outlawBelieved
    // Images
    case imageMade, imageTaken, imageTakenWithOwnWork, imageTakenWithUnsentWork, imageResumed
    // Checks
    case digestsCompared, storeVerified, auditPassed

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
