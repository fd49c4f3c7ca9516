import Administration
import LineCodec
import Loyalty
import ReplicaStore
import Replication
import SyncProtocol

/// What only the hub can answer: the rest of a wallet, another branch's sale, a coupon never heard of.
extension NodeEngine {
    enum WaitingQuestion {
        case wallets(RequestID, member: RecordID, sinceMilliseconds: UInt64)
        case refund(RequestID, RefundRequest, sinceMilliseconds: UInt64)
        case coupon(RequestID, CouponCode, sinceMilliseconds: UInt64)
        case seal

        fileprivate var sinceMilliseconds: UInt64? {
            switch self {
            case .wallets(_, _, let since), .refund(_, _, let since), .coupon(_, _, let since): since
            case .seal: nil
            }
        }
    }

    /// False where the hub cannot be asked now.
    private func ask(_ words: [String], _ waiter: WaitingQuestion) -> Bool {
        questionNumber += 1
        let steps = session?.ask(Question(id: questionNumber, words: words)) ?? []
        guard !steps.isEmpty else { return false }
        perform(steps)
        asking[questionNumber] = waiter
        return true
    }

    func askForSeal() throws {
        guard try store.sealKey() == nil else { return }
        _ = ask(["seal"], .seal)
    }

    /// Nil where the answer comes later.
    func wallets(of member: RecordID, for till: RequestID) throws -> MemberWallets? {
        let words = ["wallet", Hexadecimal.text(member.value)]
        if ask(words, .wallets(till, member: member, sinceMilliseconds: steadyMilliseconds)) { return nil }
        return try knownWallets(of: member)
    }

    private func knownWallets(of member: RecordID) throws -> MemberWallets {
        let known = try store.summaries(of: member)
        return MemberWallets(
            member: member, account: try store.account(of: member), holder: holder,
            summaries: known?.summaries.map {
                WalletAnswer(wallet: $0.wallet, balance: $0.balance, owed: $0.owed, held: [])
            }, summaryAtMilliseconds: known?.atMilliseconds)
    }

    /// Nil where the answer comes later.
    func coupon(_ code: CouponCode, for till: RequestID) -> TillAnswer? {
        let waiter = WaitingQuestion.coupon(till, code, sinceMilliseconds: steadyMilliseconds)
        return ask(["coupon", code.letters], waiter) ? nil : .coupon(nil)
    }

    // MARK: Refunds

    /// Nil where the answer comes later.
    func refund(_ request: RefundRequest, for till: RequestID, _ nowMilliseconds: UInt64) throws -> RefundOutcome? {
        if let operation = try store.operation(under: request.id) {
            guard case .refund(let refund)? = Fact(operation), refund.sale == request.sale else { return .different }
            return .repeated(refund)
        }
        if let sold = try store.refundable(request.sale), !sold.isReleased, sold.node == store.identity.node {
            return try refund(request, of: sold, nowMilliseconds)
        }
        let isAsked = ask(["refund"] + request.words, .refund(till, request, sinceMilliseconds: steadyMilliseconds))
        return isAsked ? nil : .elsewhere(.offline)
    }

    private func refund(
        _ request: RefundRequest, of sold: RefundableSale, _ nowMilliseconds: UInt64
    ) throws -> RefundOutcome {
        let account = try store.account(toRefund: sold)
        var refund: Refund
        do throws(RefundRefusal) {
            refund = try request.refund(of: sold, account: account, by: holder, at: store.identity.node)
        } catch {
            return .refused(error)
        }
        #if DEBUG
            refund = overdrawing(refund, account)
        #endif
        switch try store.record(refund, at: nowMilliseconds) {
        case .recorded: return .refunded(refund)
        case .repeated: return .repeated(refund)
        case .different: return .different
        case .refused: return .refused(.nothingLeft)
        }
    }

    // MARK: Answers

    func answered(_ answer: Answer, _ nowMilliseconds: UInt64) throws {
        switch asking.removeValue(forKey: answer.id) {
        case .wallets(let till, let member, _)?: try tell(answer, of: member, to: till, nowMilliseconds)
        case .refund(let till, _, _)?: reply(.refund(outcome(answer)), to: till)
        case .coupon(let till, let code, _)?:
            let told = answer.code == Answer.ok ? ToldCoupon(code, fields: answer.fields) : nil
            reply(.coupon(told), to: till)
        case .seal?:
            guard answer.code == Answer.ok, let text = answer.fields.first ?? nil,
                let key = Hexadecimal.bytes(text)
            else { return }
            try store.noteSealKey(key)
        case nil: break
        }
    }

    private func tell(
        _ answer: Answer, of member: RecordID, to till: RequestID, _ nowMilliseconds: UInt64
    ) throws {
        guard answer.code == Answer.ok, let summaries = WalletAnswer.list(answer.fields) else {
            return reply(.wallets(try knownWallets(of: member)), to: till)
        }
        do {
            try store.noteSummaries(
                summaries.map {
                    ReplicaStore.WalletSummary(wallet: $0.wallet, balance: $0.balance, owed: $0.owed)
                }, of: member, nowMilliseconds: nowMilliseconds)
        } catch StoreError.full {
            actions.append(.log(.diskFull))
        }
        let wallets = MemberWallets(
            member: member, account: try store.account(of: member), holder: holder, summaries: summaries,
            summaryAtMilliseconds: nowMilliseconds)
        reply(.wallets(wallets), to: till)
    }

    private func outcome(_ answer: Answer) -> RefundOutcome {
        guard answer.code == Answer.ok, let body = answer.fields.first ?? nil,
            let refund = try? Refund(publicBody: Array(body.utf8))
        else { return .deniedByHub(code: answer.code) }
        return .refunded(refund)
    }

    /// What was asked and not answered: told from what is known here.
    func giveUpAsking(_ reason: MissingRights, olderThanMilliseconds age: UInt64) throws {
        for (number, waiter) in asking.sorted(by: { $0.key < $1.key }) {
            let since = waiter.sinceMilliseconds ?? steadyMilliseconds
            guard age == 0 || steadyMilliseconds - min(steadyMilliseconds, since) >= age else { continue }
            asking[number] = nil
            switch waiter {
            case .wallets(let till, let member, _): reply(.wallets(try knownWallets(of: member)), to: till)
            case .refund(let till, _, _): reply(.refund(.elsewhere(reason)), to: till)
            case .coupon(let till, _, _): reply(.coupon(nil), to: till)
            case .seal: break
            }
        }
    }
}
