import Digests
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Who comes in, and on what terms.
extension HubEngine {
    func greet(_ hello: Hello, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        guard let line = lines[id] else { return }
        guard let entry = try store.rosterEntry(hello.node) else {
            return refuse(id, .unknownNode, "this hub has no node \(hello.node.value)")
        }
        guard entry.revokedAtMilliseconds == nil else {
            return refuse(id, .revoked, entry.revokedBecause ?? "shut out by the administrator")
        }
        try acceptArrivals(of: hello.node, nowMilliseconds)
        if let (code, detail) = fault(in: hello) {
            if code == .forked { try noteFork(hello, nowMilliseconds) }
            return refuse(id, code, detail)
        }
        supersede(line.node, except: id)
        let welcome = welcome(hello, nowMilliseconds)
        lines[id]?.actors = Set(hello.actors.map(\.actor))
        lines[id]?.written = hello.actors
        lines[id]?.branchCode = entry.branchCode
        let steps = lines[id]?.session.admit(hello, as: welcome) ?? []
        perform(steps, on: id)
        if welcome.features.contains(Protocol.deflate) { actions.append(.deflate(id)) }
        greetings[hello.node] = hello.software
        if entry.lostAtMilliseconds != nil { try store.noteReturned(entry, nowMilliseconds: nowMilliseconds) }
        actions.append(.log(.admitted(hello.node, behind: store.head - min(store.head, hello.cursor?.sequence ?? 0))))
        guard !welcome.features.contains(Protocol.image) else {
            lines[id]?.appliedBeforeImage = hello.cursor?.sequence ?? 0
            return offerImages()
        }
        noteSomeoneBehind()
        try mark(id, nowMilliseconds)
    }

    /// All that have come in together share one flush: thousands may, after a restart.
    func noteGreetings(_ nowMilliseconds: UInt64) throws {
        guard !greetings.isEmpty else { return }
        let software = greetings
        greetings = [:]
        try store.noteGreetings(software, nowMilliseconds: nowMilliseconds)
    }

    func enrol(_ join: Join, _ publicKey: [UInt8], on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        do {
            let entry = try store.enrol(token: join.token, publicKey: publicKey, nowMilliseconds: nowMilliseconds)
            guard entry.revokedAtMilliseconds == nil else {
                return refuse(id, .revoked, "shut out by the administrator")
            }
            lines[id]?.enrolment = entry
            actions.append(.issueCertificate(id, entry.node, publicKey: publicKey))
        } catch let fault as ReplicaStore.InvitationFault {
            refuse(id, .invitation, Self.words(for: fault))
        }
    }

    func renew(_ node: NodeID, on id: ConnectionID) throws {
        guard let entry = try store.rosterEntry(node) else {
            return refuse(id, .unknownNode, "this hub has no node \(node.value)")
        }
        guard entry.revokedAtMilliseconds == nil else { return refuse(id, .revoked, "shut out by the administrator") }
        lines[id]?.enrolment = entry
        lines[id]?.isRenewal = true
        actions.append(.issueCertificate(id, node, publicKey: entry.publicKey))
    }

    func certify(_ id: ConnectionID, _ certificate: String, _ authority: String) {
        guard let line = lines[id], let entry = line.enrolment else { return }
        let answer: Message =
            line.isRenewal ? .renewed(certificate: certificate) : .joined(joined(entry, certificate, authority))
        actions.append(
            .log(line.isRenewal ? .renewed(entry.node) : .enrolled(entry.node, branchCode: entry.branchCode)))
        let steps = lines[id]?.session.certify(answer) ?? []
        perform(steps, on: id)
    }

    func refuse(_ id: ConnectionID, _ code: ErrorCode, _ detail: String) {
        let steps = lines[id]?.session.refuse(code, detail) ?? []
        perform(steps, on: id)
    }

    /// A node that connects again has lost its old line, whatever the hub believes.
    private func supersede(_ node: NodeID?, except id: ConnectionID) {
        for other in lines.keys.sorted() where other != id && lines[other]?.node == node {
            guard lines[other]?.session.isSyncing ?? false else { continue }
            refuse(other, .superseded, "a newer connection of this node took over")
        }
    }

    private func fault(in hello: Hello) -> (ErrorCode, String)? {
        if let cursor = hello.cursor {
            guard cursor.epoch == store.identity.epoch else { return (.unavailable, "this hub's log is another one") }
            guard cursor.sequence <= store.head else {
                return (.forked, "the node has seen more than this hub has written")
            }
        }
        for head in hello.actors {
            guard head.actor.value != 0 else { return (.foreignActor, "no node's actor is zero: that is the hub") }
            guard let held = store.actorState(head.actor) else { continue }
            guard held.node == hello.node else { return (.foreignActor, "that actor is another node's") }
            guard head.sequence >= held.lastSequence else { return (.forked, "the hub holds more of this actor") }
            guard head.sequence > held.lastSequence || head.chain == held.chain.head.bytes else {
                return (.forked, "the hub holds another history of this actor")
            }
        }
        return nil
    }

    private func noteFork(_ hello: Hello, _ nowMilliseconds: UInt64) throws {
        for head in hello.actors { actions.append(.log(.forked(hello.node, head.actor))) }
        try store.noteIncident(
            "fork", detail: "node \(hello.node.value) came with a history that is not the hub's",
            nowMilliseconds: nowMilliseconds)
    }

    private func welcome(_ hello: Hello, _ nowMilliseconds: UInt64) -> Welcome {
        let zero = [UInt8](repeating: 0, count: 32)
        let holding = hello.actors.map { head in
            let state = store.actorState(head.actor)
            return ActorHead(
                actor: head.actor, sequence: state?.lastSequence ?? 0, chain: state?.chain.head.bytes ?? zero)
        }
        return Welcome(
            version: Protocol.version, features: hello.features.filter { isOffered($0, to: hello) },
            head: HubPosition(epoch: store.identity.epoch ?? EpochID(0), sequence: store.head),
            window: settings.pace.uploadWindowOperations, kinds: Self.kinds, nowMilliseconds: nowMilliseconds,
            holding: holding)
    }

    private func joined(_ entry: ReplicaStore.RosterEntry, _ certificate: String, _ authority: String) -> Joined {
        let identity = store.identity
        return Joined(
            node: entry.node, branchCode: entry.branchCode, branchName: entry.branchName, certificate: certificate,
            authority: authority,
            chain: ChainProfile(
                name: identity.chainName, zone: identity.zone, currency: identity.currency, country: identity.country,
                lookupKey: identity.lookupKey))
    }

    private static func words(for fault: ReplicaStore.InvitationFault) -> String {
        switch fault {
        case .unknown: "this hub has no such invitation"
        case .expired: "the invitation has expired"
        case .used: "the invitation has been used by another machine"
        }
    }
}

extension HubEngine {
    static let kinds = Fact.kinds

    private func isOffered(_ feature: String, to hello: Hello) -> Bool {
        switch feature {
        case Protocol.deflate: true
        case Protocol.rights: settings.offersRights
        case Protocol.image: offersImage(to: hello)
        default: false
        }
    }
}
