import Hummingbird
import Localization
import Loyalty
import ReplicaStore
import Replication

/// Members, for one till's one request.
struct MemberDesk {
    let desk: TillDesk
    let till: String
    let language: Language

    // MARK: Joining

    func create(_ body: JSON) async throws(Problem) -> Reply {
        let new = try NewMember(body, country: desk.identity.country)
        if let id = new.id, let known = try await desk.read({ try $0.member(id) }) {
            return try await reply(.ok, known)
        }
        var phone: String?
        if let typed = new.phone { phone = try canonical(typed) }
        if let phone, !new.allowsSamePhone {
            let known = try await members(kind: "phone", phone)
            guard known.isEmpty else { throw Problem(.phoneKnown, more: ["members": .list(known.map(\.summary))]) }
        }
        let now = desk.nowMilliseconds()
        let id = new.id ?? desk.mint.identifier(nowMilliseconds: now)
        let request = new.request(
            as: id, phone: phone, branch: desk.identity.branchCode, till: till, nowMilliseconds: now)
        switch try await desk.edit(request) {
        case .written(let member):
            return try await reply(.created, member, warnings: try await warnings(phone, new.cards, besides: id))
        case .unchanged(let member): return try await reply(.ok, member)
        case .refused(let refusal, let current): throw problem(refusal, current)
        }
    }

    private func canonical(_ typed: String) throws(Problem) -> String {
        guard let phone = PhoneNumber.canonical(typed, country: desk.identity.country) else {
            throw Problem(.invalidPhone, field: "phone")
        }
        return phone
    }

    // MARK: Looking up

    func find(_ query: [(name: String, value: String)]) async throws(Problem) -> Reply {
        let found = try await found(query)
        return Reply(
            .ok,
            [
                "members": .list(found.map(\.summary)), "more": .bool(found.count == ReplicaReader.searchLimit),
                "branch": try await branch(),
            ])
    }

    private func found(_ query: [(name: String, value: String)]) async throws(Problem) -> [Member] {
        let criteria = ["phone", "card", "name"]
        if let stranger = query.first(where: { !criteria.contains($0.name) }) {
            throw Problem(.unknown(stranger.name))
        }
        guard query.count == 1, let (name, value) = query.first, !value.isEmpty else { throw Problem(.oneOf(criteria)) }
        switch name {
        case "phone": return try await members(kind: "phone", try canonical(value))
        case "card":
            guard let card = Card.element(value).flatMap(Card.parts) else { throw Problem(.notACard("card")) }
            return try await members(kind: card.kind, card.number)
        case _:
            // As forms spell a blank.
            let name = value.replacing("+", with: " ")
            return try await desk.read { try $0.members(named: name) }
        }
    }

    private func members(kind: String, _ value: String) async throws(Problem) -> [Member] {
        try await desk.read { try $0.members(kind: kind, value: value) }
    }

    func show(_ id: String) async throws(Problem) -> Reply {
        let id = try record(id)
        guard let member = try await desk.read({ try $0.member(id) }) else { throw Problem.unknownMember }
        return try await reply(.ok, member)
    }

    private func record(_ id: String) throws(Problem) -> RecordID {
        guard let id = RecordID(hexadecimal: id) else { throw Problem.unknownMember }
        return id
    }

    // MARK: Editing

    func edit(_ id: String, _ body: JSON) async throws(Problem) -> Reply {
        let id = try record(id)
        let edit = try MemberChanges(body, country: desk.identity.country)
        let request = EditRequest(member: id, creates: false, author: till, changes: edit.changes)
        switch try await desk.edit(request) {
        case .written(let member):
            return try await reply(.ok, member, warnings: try await warnings(edit.phone, edit.cards, besides: id))
        case .unchanged(let member): return try await reply(.ok, member)
        case .refused(let refusal, let current):
            if case .stale = refusal, request.isFulfilled(by: current) { return try await reply(.ok, current) }
            throw problem(refusal, current)
        }
    }

    private func problem(_ refusal: EditRefusal, _ current: Member) -> Problem {
        switch refusal {
        case .unknownMember: return .unknownMember
        case .fault(let fault): return Problem(fault)
        case .stale(let fields):
            let values = fields.map { JSON.Member(name: $0.name, value: current.json(of: $0, desk.calendar)) }
            return Problem(
                .stale, refusal.sentence, more: ["fields": .texts(fields.map(\.name)), "current": .object(values)])
        }
    }

    private func warnings(
        _ phone: String?, _ cards: [String], besides id: RecordID
    ) async throws(Problem) -> [TillWarning] {
        var warnings: [TillWarning] = []
        if let phone, try await members(kind: "phone", phone).contains(where: { $0.id != id }) {
            warnings.append(.phoneKnown)
        }
        for card in cards.compactMap(Card.parts) {
            guard try await members(kind: card.kind, card.number).contains(where: { $0.id != id }) else { continue }
            warnings.append(.cardKnown)
            break
        }
        return warnings
    }

    // MARK: Answering

    private func reply(
        _ status: HTTPResponse.Status, _ member: Member, warnings: [TillWarning] = []
    ) async throws(Problem) -> Reply {
        let id = member.id
        let (earned, person) = try await desk.read { (try $0.earned(by: id), try $0.person(of: id)) }
        let points: JSON = [
            "earned_here": .integer(earned.points), "sales_here": .integer(earned.sales),
            "as_of": .text(desk.calendar.text(ofMilliseconds: desk.nowMilliseconds())), "covers": "this_branch",
            "note": .text(TillNote.pointsOfThisBranchOnly.sentence.text(in: language)),
        ]
        let more: [(String, JSON)] = [
            ("same_person", .texts(person.filter { $0 != id }.map(\.hexadecimal))), ("points", points),
            ("warnings", .list(warnings.map { $0.json(in: language) })), ("branch", try await branch()),
        ]
        return Reply(
            status, .object((member.json(desk.calendar) + more).map { JSON.Member(name: $0.0, value: $0.1) }),
            location: "/v1/members/\(id.hexadecimal)")
    }

    private func branch() async throws(Problem) -> JSON { try await desk.status().branch(desk.calendar) }
}
