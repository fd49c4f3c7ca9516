import ReplicaStore

/// One seed, from its beginning to its report.
package struct SimulationRun {
    private let seed: UInt64
    private let options: SimulationOptions

    package init(seed: UInt64, options: SimulationOptions = SimulationOptions()) {
        self.seed = seed
        self.options = options
    }

    /// Synchronous, on the calling thread; the same seed and options give the same report, or the same failure.
    package func run() throws(SimulationFailure) -> SimulationReport {
        do {
            let chain = try SimulatedChain(seed: seed, options: options)
            return try report(on: chain)
        } catch let failure as SimulationFailure {
            throw failure
        } catch {
            throw SimulationFailure(
                seed: seed, step: 0, atMilliseconds: 0, invariant: .engine, detail: "\(error)",
                plan: SwarmPlan(seed: seed, options: options).description, bug: options.bugName)
        }
    }

    private func report(on chain: SimulatedChain) throws -> SimulationReport {
        do {
            let healedAfter = try chain.run()
            return SimulationReport(
                seed: seed, traceHash: chain.trace.value, steps: chain.steps, simulatedMilliseconds: chain.now,
                healedAfterMilliseconds: healedAfter, operations: chain.ledger.head,
                sales: chain.expected.sales.count, members: chain.expected.members.count,
                cases: chain.expected.cases(lookupKey: chain.hub.store.identity.lookupKey, atHub: true).count,
                marks: chain.marks, plan: chain.plan.description)
        } catch let failure as SimulationFailure {
            throw failure
        } catch {
            throw chain.failure(.engine, "\(error)")
        }
    }
}
