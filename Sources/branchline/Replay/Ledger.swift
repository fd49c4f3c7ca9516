import Localization
import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import Synchronization

/// What the shops' nodes have answered.
final class Ledger: Sendable {
    struct Totals {
        var recordedSales = 0
        var writtenEdits = 0
        /// Edits that found everything so already.
        var needlessEdits = 0
        /// Edits at a shop that had not heard of the member yet.
        var unheardOf = 0
        var faults = 0
        var firstFault: String?
        /// What headquarters has to take in.
        var operations: Int { recordedSales + writtenEdits }

        /// What the merged view must show of the edits.
        var tags: Set<TaggedMember> = []
        var lastVisits: [RecordID: String] = [:]
    }

    struct TaggedMember: Hashable {
        let member: RecordID
        let tag: String
    }

    private let totals = Mutex(Totals())

    var current: Totals { totals.withLock { $0 } }

    func note(_ answer: TillAnswer, to basket: Basket) {
        totals.withLock { totals in
            let place = "row \(basket.row), basket \(basket.id)"
            switch answer {
            case .sale(.recorded): totals.recordedSales += 1
            case .sale(.refused(let fault)): totals.add(fault: "\(place): \(fault.sentence.english)")
            case .sale(.repeated), .sale(.different), .edit, .quote, .checkout, .reserve, .handedBack, .refund,
                .topUp, .wallets, .coupon, .status, .diskFull, .stopping:
                totals.add(fault: "\(place): \(answer)")
            }
        }
    }

    func note(_ answer: TillAnswer, to request: EditRequest) {
        totals.withLock { totals in
            switch answer {
            case .edit(.written):
                totals.writtenEdits += 1
                totals.take(request)
            case .edit(.unchanged):
                totals.needlessEdits += 1
                totals.take(request)
            case .edit(.refused(.unknownMember, _)): totals.unheardOf += 1
            case .edit(.refused), .sale, .quote, .checkout, .reserve, .handedBack, .refund, .topUp, .wallets, .coupon,
                .status, .diskFull,
                .stopping:
                totals.add(fault: "member \(request.member.hexadecimal): \(answer)")
            }
        }
    }
}

extension Ledger.Totals {
    fileprivate mutating func add(fault: String) {
        faults += 1
        firstFault = firstFault ?? fault
    }

    fileprivate mutating func take(_ request: EditRequest) {
        for change in request.changes {
            switch MemberField(rawValue: change.slot.field) {
            case .tag?:
                let tag = String(decoding: change.slot.element, as: UTF8.self)
                tags.insert(Ledger.TaggedMember(member: request.member, tag: tag))
            case .lastVisitAt?:
                let value = String(decoding: change.value ?? [], as: UTF8.self)
                lastVisits[request.member] = max(lastVisits[request.member] ?? "", value)
            case _: break
            }
        }
    }
}
