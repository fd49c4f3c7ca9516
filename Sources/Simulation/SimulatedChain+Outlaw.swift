import HubEngine
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// The outlaw's visits. It speaks the protocol by hand, and mostly wrongly.
extension SimulatedChain {
    func outlawComes() throws {
        guard isChaos, hub.process.isUp, let node = outlaw?.node else { return }
        let number = addLine(from: .outlaw, 0)
        try tell(.connected(ConnectionID(UInt64(number)), .node(node, serial: "0bad")))
        schedule(.lineOpens(number, for: .outlaw, incarnation: 0), afterMilliseconds: delay())
    }

    func outlawIsConnected(_ number: Int) throws {
        guard let victim = nodes.first else { return }
        outlaw?.line = number
        outlaw?.held = nil
        let cursor = hub.store.identity.epoch.map { HubPosition(epoch: $0, sequence: hub.store.head) }
        let greeting = outlaw?.greeting(victim: victim.actor, victimNode: victim.node, cursor: cursor) ?? []
        send(greeting, on: number, to: .hub)
    }

    func outlawHears(_ messages: [Message]) throws {
        for message in messages {
            switch message {
            case .welcome(let welcome):
                let actor = outlaw?.actor
                outlaw?.held = welcome.holding.first { $0.actor == actor }
                schedule(.outlawSpeaks, afterMilliseconds: 1 + delay())
            case .mark, .entry, .stamp, .stamps, .acknowledge: outlawPretendsToApply(message)
            case _: break
            }
        }
    }

    /// Sometimes it even does what it should.
    private func outlawPretendsToApply(_ message: Message) {
        guard case .entry(let entry) = message, let line = outlaw?.line,
            outlaw?.random.chance(percent: 60) ?? false
        else { return }
        send([.applied(Applied(position: entry.stamp.hubSequence, credit: 1))], on: line, to: .hub)
    }

    func outlawSpeaks() throws {
        guard var outlaw, let line = outlaw.line, isChaos, let victim = nodes.first else { return }
        defer { self.outlaw = outlaw }
        if let announcement = outlaw.announcement() { send([announcement], on: line, to: .hub) }
        if outlaw.held != nil {
            for _ in 0..<outlaw.random.between(2...16) {
                guard let claim = claim(by: &outlaw) else { break }
                ledger.claims[claim.operation.dot, default: []].append(claim)
                send([.operation(PushedOperation(claim.operation))], on: line, to: .hub)
            }
        }
        guard outlaw.random.chance(percent: 60) else { return }
        let last = outlaw.random.pick(OutlawLine.allCases)
        if last == .operationUnannounced {
            // Where it has announced an upload after all, this is its next operation.
            let plain = outlaw.plain()
            ledger.claims[plain.dot, default: []].append(Ledger.Claim(operation: plain, deserves: .ok))
        }
        send(bytes: outlaw.bytes(of: last, victim: victim.actor), on: line, to: .hub)
    }

    private func claim(by outlaw: inout Outlaw) -> Ledger.Claim? {
        guard !ledger.members.isEmpty, let epoch = hub.store.identity.epoch else { return nil }
        let member = outlaw.random.pick(Array(ledger.members.prefix(4)))
        return outlaw.operation(
            on: member, live: expected.live(of: member),
            lots: books.lots(heldBy: .hub).map(\.terms),
            earned: books.lots(heldBy: .actor(outlaw.actor)).first?.terms,
            observed: Observed([HubPosition(epoch: epoch, sequence: hub.store.head)]),
            hubNow: HybridTime(milliseconds: hub.process.clock.reading(at: now)))
    }

    func outlawLeaves() {
        guard let number = outlaw?.line else { return }
        schedule(.breaks(number, at: .caller), afterMilliseconds: 1)
        schedule(.breaks(number, at: .hub), afterMilliseconds: 1)
    }
}
