package import SyncProtocol

/// What the hub says of one wallet of a member: all of it, and who holds which part.
package struct WalletAnswer: Equatable, Sendable {
    package let wallet: String
    /// Everything unexpired, wherever it may be spent, as far as the hub has heard.
    package let balance: Int64
    package let owed: Int64
    /// Empty where only the balance is known.
    package let held: [HeldElsewhere]

    package init(wallet: String, balance: Int64, owed: Int64, held: [HeldElsewhere]) {
        self.wallet = wallet
        self.balance = balance
        self.owed = owed
        self.held = held
    }
}

/// On the line, one after another: code, balance, owed, the number of holders, then branch, amount and whether it can
/// be reached, for each.
extension WalletAnswer {
    package static func fields(_ wallets: [WalletAnswer]) -> [String?] {
        wallets.flatMap { wallet -> [String?] in
            let held = wallet.held.prefix(Limits.denialHoldersMax)
            return [wallet.wallet, String(wallet.balance), String(wallet.owed), String(held.count)]
                + held.flatMap { [$0.branchCode, String($0.amount), $0.isConnected ? "yes" : "no"] }
        }
    }

    /// Nil for anything but what `fields` gives.
    package static func list(_ fields: [String?]) -> [WalletAnswer]? {
        var rest = fields[...]
        var wallets: [WalletAnswer] = []
        while !rest.isEmpty {
            guard let wallet = WalletAnswer(from: &rest) else { return nil }
            wallets.append(wallet)
        }
        return wallets
    }

    private init?(from fields: inout ArraySlice<String?>) {
        func next() -> String? { fields.popFirst() ?? nil }
        guard let wallet = next(), let balance = next().flatMap(Int64.init), let owed = next().flatMap(Int64.init),
            let count = next().flatMap(Int.init), (0...Limits.denialHoldersMax).contains(count)
        else { return nil }
        var held: [HeldElsewhere] = []
        for _ in 0..<count {
            guard let branch = next(), let amount = next().flatMap(UInt64.init), let word = next() else { return nil }
            held.append(HeldElsewhere(branchCode: branch, amount: amount, isConnected: word == "yes"))
        }
        self.init(wallet: wallet, balance: balance, owed: owed, held: held)
    }
}
