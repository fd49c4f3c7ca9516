import Administration
import Digests
import LineCodec
import Localization
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// Questions of a waiting till that only the hub can answer.
extension HubEngine {
    func answer(_ question: Question, on id: ConnectionID, _ nowMilliseconds: UInt64) throws {
        var words = question.words[...]
        switch words.popFirst() {
        case "wallet": try tellWallets(words, question.id, on: id, nowMilliseconds)
        case "coupon": try tellCoupon(words, question.id, on: id)
        case "refund": try refund(Array(words), question.id, on: id, nowMilliseconds)
        case "seal":
            let seed = try store.couponSealSeed(orMadeOf: randomBytes(CouponSeal.seedBytes))
            guard let key = CouponSeal(seed: seed)?.publicKey else { return answer(question.id, "no_seal", [], on: id) }
            answer(question.id, Answer.ok, [Hexadecimal.text(key)], on: id)
        case _: answer(question.id, Answer.unknownQuestion, [], on: id)
        }
    }

    func answer(_ question: UInt64, _ code: String, _ fields: [String?], on id: ConnectionID) {
        let steps = lines[id]?.session.answer(Answer(id: question, code: code, fields: fields)) ?? []
        perform(steps, on: id)
    }

    private func record(_ words: ArraySlice<String>) -> RecordID? {
        words.first.flatMap { Hexadecimal.identifier($0) }.map(RecordID.init(_:))
    }

    private func tellWallets(
        _ words: ArraySlice<String>, _ question: UInt64, on id: ConnectionID, _ nowMilliseconds: UInt64
    ) throws {
        guard let member = record(words) else { return answer(question, "malformed", [], on: id) }
        let account = try store.account(of: member)
        let today = today(nowMilliseconds)
        let wallets = Set(account.lots.filter { $0.terms.kind != .coupon }.map(\.terms.wallet))
            .union(account.debts.map(\.wallet)).sorted()
        let answers = try wallets.map { wallet in
            let lots = account.lots.filter {
                $0.terms.wallet == wallet && $0.terms.kind != .coupon && !$0.terms.isExpired(on: today)
            }
            return WalletAnswer(
                wallet: wallet, balance: account.balance(wallet, on: today), owed: account.owed(wallet),
                held: try held(lots, besides: nil))
        }
        answer(question, Answer.ok, WalletAnswer.fields(answers), on: id)
    }

    /// Id, definition, revision, member, first and last day, uses, void or not, used up or not, uses left, and who
    /// holds the right.
    private func tellCoupon(_ words: ArraySlice<String>, _ question: UInt64, on id: ConnectionID) throws {
        guard let code = words.first, let coupon = try store.coupon(code: code) else {
            return answer(question, "unknown", [], on: id)
        }
        let lot = try store.lot(coupon.id)
        let holders = try held(lot.map { [$0] } ?? [], besides: nil)
        answer(
            question, Answer.ok,
            [
                Hexadecimal.text(coupon.id.value), coupon.definition, String(coupon.definitionRevision),
                coupon.member.map { Hexadecimal.text($0.value) }, coupon.validFrom.text, coupon.validTo.text,
                String(coupon.uses), ReadCommands.word(coupon.isVoid), ReadCommands.word(coupon.isClosed),
                String(lot?.remaining ?? 0), holders.first?.branchCode,
            ], on: id)
    }

    // MARK: Another branch's sale

    private func refund(
        _ words: [String], _ question: UInt64, on id: ConnectionID, _ nowMilliseconds: UInt64
    ) throws {
        guard let node = lines[id]?.node, let request = RefundRequest(words: words) else {
            return answer(question, "malformed", [], on: id)
        }
        guard try !refundNow(request, question, node, on: id, nowMilliseconds) else { return }
        guard let sold = try store.refundable(request.sale) else {
            return answer(question, "unknown_sale", [], on: id)
        }
        guard let recall = recallRefund(of: request.sale, from: sold.node) else {
            return answer(question, "seller_unreachable", [], on: id)
        }
        wait(
            Pending(
                connection: id, node: node, need: .refund(question: question, request),
                sinceMilliseconds: steadyMilliseconds, recalls: [recall]))
    }

    /// The right to refund a sale is asked back under the sale's own id.
    private func recallRefund(of sale: RecordID, from seller: NodeID) -> UInt128? {
        for id in lines.keys.sorted() {
            guard let line = lines[id], line.session.speaksOfRights, line.node == seller,
                let actor = line.written.first?.actor
            else { continue }
            return send([Recall.Wanted(lot: sale, amount: 1)], to: seller, actor, on: id)
        }
        return nil
    }

    /// True where the question has been answered: the refund is in the books, or cannot be.
    func refundNow(
        _ request: RefundRequest, _ question: UInt64, _ node: NodeID, on id: ConnectionID, _ nowMilliseconds: UInt64
    ) throws -> Bool {
        if let known = try store.operation(under: request.id) {
            guard case .refund(let refund)? = Fact(known), refund.sale == request.sale else {
                answer(question, "different", [], on: id)
                return true
            }
            tell(refund, question, on: id)
            return true
        }
        guard let sold = try store.refundable(request.sale), isHubs(sold) else { return false }
        let account = try store.account(toRefund: sold)
        let refund: Refund
        do throws(RefundRefusal) {
            refund = try request.refund(of: sold, account: account, by: .hub, at: node)
        } catch {
            answer(question, error.code, [], on: id)
            return true
        }
        try write(.refund(refund), for: .hub, nowMilliseconds)
        tell(refund, question, on: id)
        return true
    }

    private func isHubs(_ sold: RefundableSale) -> Bool {
        #if DEBUG
            if store.faults.bug == .refundWithoutRelease { return true }
        #endif
        return sold.isReleased || sold.node == .hub
    }

    private func tell(_ refund: Refund, _ question: UInt64, on id: ConnectionID) {
        answer(question, Answer.ok, [String(decoding: refund.publicBody(), as: UTF8.self)], on: id)
    }

    func today(_ nowMilliseconds: UInt64) -> CivilDate {
        ChainCalendar(zone: store.identity.zone)?.businessDate(ofMilliseconds: nowMilliseconds) ?? .first
    }
}

extension RefundRefusal {
    /// As the hub's answer names it.
    fileprivate var code: String {
        switch self {
        case .noSuchLine, .lineTwice: "no_such_line"
        case .line, .nothingLeft: "refund_exceeds_sale"
        case .tooLong: "malformed"
        }
    }
}
