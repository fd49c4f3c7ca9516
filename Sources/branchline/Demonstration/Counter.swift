import Foundation
import Loyalty
import NodeEngine
import NodeService
import ReplicaStore
import Replication

/// What a till does: mints ids, asks its shop's node, and never waits for anybody else.
struct Counter {
    static let till = "till-1"
    let zone: TimeZone

    /// A member joins; the id.
    func join(
        _ name: String, phone: String? = nil, birthday: String? = nil, at shop: LocalBranch
    ) async throws -> RecordID {
        let member = Self.newID()
        var changes: [EditRequest.Change] = [.set(.name, name), .set(.joinedBranch, shop.code)]
        if let phone { changes.append(.set(.phone, phone)) }
        if let birthday { changes.append(.set(.birthday, birthday)) }
        try await edit(EditRequest(member: member, creates: true, author: Self.till, changes: changes), at: shop)
        return member
    }

    /// Changes what the till has on its screen.
    func change(_ member: RecordID, to values: [(MemberField, String)], at shop: LocalBranch) async throws {
        let shown = try shop.node.reader.member(member)
        let changes = values.map { field, value in
            EditRequest.Change.set(field, value, seen: shown?.state.dots(in: Slot(field: field.rawValue)) ?? [])
        }
        try await edit(EditRequest(member: member, creates: false, author: Self.till, changes: changes), at: shop)
    }

    /// The sale, and how long the till waited for its receipt.
    func sell(
        _ lines: [SaleLine], to member: RecordID, reference: String, at shop: LocalBranch
    ) async throws -> (sale: Sale, waited: Duration) {
        let now = WallClock.nowMilliseconds()
        guard let date = CivilDate(milliseconds: now, zone: zone) else {
            throw Complaint(code: Failure.diskCode, words: "this machine's clock is not set")
        }
        let sale = Sale.earning(
            id: Self.newID(), member: member, till: Self.till, reference: reference, occurredAtMilliseconds: now,
            businessDate: date, lines: lines)
        let start = ContinuousClock.now
        let answer = await shop.node.perform(.sale(sale))
        guard answer == .sale(.recorded) else {
            throw Complaint(code: Failure.falseCode, words: "branch \(shop.code) did not record a sale: \(answer)")
        }
        return (sale, ContinuousClock.now - start)
    }

    private func edit(_ request: EditRequest, at shop: LocalBranch) async throws {
        let answer = await shop.node.perform(.edit(request))
        guard case .edit(.written) = answer else {
            throw Complaint(code: Failure.falseCode, words: "branch \(shop.code) did not take an edit: \(answer)")
        }
    }

    /// A UUIDv7: the time, then chance.
    static func newID() -> RecordID {
        let time = UInt128(WallClock.nowMilliseconds()) << 80
        let chance = UInt128.random(in: 0...(.max >> 48)) & ~(0xf << 76) & ~(0x3 << 62)
        return RecordID(time | chance | 0x7 << 76 | 0x2 << 62)
    }
}

extension CivilDate {
    /// The day that a calendar in this zone shows at a point in time.
    init?(milliseconds: UInt64, zone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        guard let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
