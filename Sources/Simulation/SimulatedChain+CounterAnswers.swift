import Loyalty
import NodeEngine
import ReplicaStore
import Replication
import SyncProtocol

/// What tills are told about sales, refunds and wallets is held against what was written.
extension SimulatedChain {
    func settle(_ checkout: Checkout, _ outcome: CheckoutOutcome, of question: Question) throws {
        let dot = ledger.dot(ofSale: checkout.id, at: question.node)
        switch outcome {
        case .sold(let sale), .repeated(let sale):
            guard let dot, case .sale(let written)? = ledger.contents[dot].flatMap(Fact.init) else {
                throw failure(.answers, "a checkout is called sold and is not in the log")
            }
            try check(written == sale, .answers, "another sale was recorded than the till was told of")
            ledger.promise(dot)
            if case .repeated = outcome { mark(.checkoutRepeated) } else { mark(.checkoutSold) }
        case .different: throw failure(.answers, "a till's checkout is taken for another sale")
        case .refused(let fault, let missing):
            try check(dot == nil, .answers, "a checkout is refused (\(fault)) and is in the log")
            mark(.checkoutRefused)
            switch missing {
            case .offline?: mark(.refusedOffline)
            case .noAnswer?: mark(.refusedUnanswered)
            case .denied(let denial)?:
                mark(denial.held.isEmpty ? .grantDenied : .grantDeniedRestElsewhere)
            case nil: break
            }
        }
    }

    /// Nil where the till is to ask again.
    func settle(_ request: RefundRequest, _ outcome: RefundOutcome) throws -> Dot? {
        let dot = ledger.refundDots[request.id]
        switch outcome {
        case .refunded(let refund), .repeated(let refund):
            guard let dot, case .refund(let written)? = ledger.contents[dot].flatMap(Fact.init) else {
                throw failure(.answers, "goods are called taken back and are not in the log")
            }
            try check(written == refund, .answers, "another refund was recorded than the till was told of")
            return dot
        case .different: throw failure(.answers, "a till's refund is taken for another")
        case .elsewhere: return nil
        case .deniedByHub(let code):
            try check(dot == nil, .answers, "a refund is denied (\(code)) and is in the log")
            mark(code == "seller_unreachable" ? .sellerUnreachable : .refundDenied)
            return nil
        case .refused(let refusal):
            try check(dot == nil, .answers, "a refund is refused (\(refusal)) and is in the log")
            mark(.refundRefused)
            return nil
        }
    }

    func settle(_ topUp: TopUp, _ outcome: ReplicaStore.LedgerOutcome) throws {
        switch outcome {
        case .recorded, .repeated:
            guard let dot = ledger.topUpDots[topUp.id] else {
                throw failure(.answers, "money is called loaded and is not in the log")
            }
            ledger.promise(dot)
            mark(outcome == .recorded ? .toppedUp : .topUpRepeated)
        case .different: throw failure(.answers, "a till's top-up is taken for another")
        case .refused(let fault): throw failure(.answers, "a sound top-up is refused: \(fault)")
        }
    }

    /// What may be spent here is exact, whatever the hub said of the rest.
    func settle(_ wallets: MemberWallets, at node: SimulatedNode) throws {
        mark(.walletsTold)
        for lot in wallets.account.lots {
            let (told, held) = (lot.right(of: wallets.holder), node.holding.right(to: lot.terms.id))
            try check(told == held, .answers, "a till is told that \(told) may be spent where \(held) may")
        }
    }

    // MARK: Written for a till

    func checkToppedUp(_ topUp: TopUp, _ asked: TopUp, as dot: Dot) throws {
        try check(topUp == asked, .onlyIssued, "the top-up is not the one that the till sent")
        try check(ledger.topUpDots[topUp.id] == nil, .receiptKept, "one top-up was recorded twice")
        ledger.topUpDots[topUp.id] = dot
    }

    func checkTakenBack(_ refund: Refund, _ asked: RefundRequest, as dot: Dot) throws {
        try check(
            refund.id == asked.id && refund.sale == asked.sale, .onlyIssued,
            "the refund is not the one that the till sent")
        try noteRefund(refund, as: dot)
    }

    func noteRefund(_ refund: Refund, as dot: Dot) throws {
        try check(ledger.refundDots[refund.id] == nil, .receiptKept, "one refund was recorded twice")
        ledger.refundDots[refund.id] = dot
    }
}
