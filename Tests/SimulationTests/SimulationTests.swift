import ReplicaStore
import Simulation
import Testing

@Suite(.timeLimit(.minutes(20)))
struct SimulationTests {
    /// The seeds that no planted bug may hide behind; seed 9 once found a branch that took itself for unsound.
    @Test(arguments: [1, 2, 3, 4, 9] as [UInt64])
    func aChainThroughAllFaultsEndsEqual(seed: UInt64) throws {
        let report = try SimulationRun(seed: seed).run()
        #expect(report.operations > 0 && report.sales > 0 && report.members > 0)
    }

    @Test func theSameSeedHasTheSameHistory() throws {
        #expect(try SimulationRun(seed: 3).run() == SimulationRun(seed: 3).run())
    }

    @Test func anotherSeedHasAnotherHistory() throws {
        #expect(try SimulationRun(seed: 3).run().traceHash != SimulationRun(seed: 4).run().traceHash)
    }

    /// What was never met was never tested.
    @Test func someSeedsMeetEverySituationOfTheLedger() throws {
        var met: Set<CoverageMark> = []
        for seed in Self.seedsToMeetAll { met.formUnion(try SimulationRun(seed: seed).run().marks.keys) }
        let missing = Self.situations.filter { !met.contains($0) }
        #expect(missing.isEmpty, "never met: \(missing)")
    }

    private static let seedsToMeetAll: [UInt64] = Array(1...26) + [30]

    private static let situations: [CoverageMark] = [
        .checkoutSold, .checkoutRepeated, .checkoutRefused, .spent, .spentOffline, .refusedOffline, .refusedUnanswered,
        .couponRedeemed, .couponRedeemedOptimistically, .couponRedeemedTwice, .toppedUp, .topUpRepeated, .walletsTold,
        .refundedHere, .refundedThroughHub, .refundedTwiceSold, .refundRefused, .refundDenied, .sellerUnreachable,
        .grantGiven, .grantDenied, .grantDeniedRestElsewhere, .grantReturned, .intentSwept, .recallAnswered,
        .recallEmpty, .recallTimedOut, .idleReturned, .allowanceFilled, .homeFilled, .debtRepaid, .expiredBookedOut,
        .branchWrittenOff, .lateAfterWriteOff, .surrendered, .surrenderedMore, .foreignLotFlagged,
        .redemptionCaseOpened, .debtCaseOpened, .ledgerCaseSettled,
        .imageTaken, .imageTakenWithOwnWork, .imageTakenWithUnsentWork, .imageResumed,
        .couponVoidFlagged, .overLimitFlagged, .tierDisputedFlagged, .ruleMismatchFlagged, .ruleUnknownFlagged,
        .voidReturned, .voidClosed, .tierGiven, .tierConfirmed, .limitCaseOpened, .tierCaseOpened, .tierCaseSettled,
    ]

    #if DEBUG
        /// A simulator that cannot find planted bugs proves nothing. Each is to be found within as many seeds: most
        /// are by the first few, the rarest by the twenty-sixth.
        private static let seedsToFindABug: ClosedRange<UInt64> = 1...30

        @Test(arguments: PlantedBug.allCases)
        func aPlantedBugIsFound(bug: PlantedBug) {
            var options = SimulationOptions()
            options.bug = bug
            let failure = Self.seedsToFindABug.lazy.compactMap { seed -> SimulationFailure? in
                do throws(SimulationFailure) {
                    _ = try SimulationRun(seed: seed, options: options).run()
                    return nil
                } catch {
                    return error
                }
            }.first
            #expect(failure != nil, "\(bug.rawValue) goes unseen through seeds \(Self.seedsToFindABug)")
        }
    #endif
}
