package import Loyalty
package import ReplicaStore
package import Replication

/// A member's wallets told from the sums down: balances, who may spend how much, lot by lot, entry by entry.
package struct AccountRows {
    let store: ReplicaStore
    let date: CivilDate

    package init(store: ReplicaStore, date: CivilDate) {
        self.store = store
        self.date = date
    }

    package static let points: Set<LotKind> = [.points, .growth]
    package static let money: Set<LotKind> = [.principal, .bonus]
    private static let soonDays = 30

    private var names: HolderNames { HolderNames(store: store) }
    private var own: RightsHolder { store.identity.role == .hub ? .hub : .actor(store.identity.actor) }

    /// - Parameter entries: whether every movement is listed, too.
    package func rows(of member: RecordID, _ kinds: Set<LotKind>, entries: Bool) throws -> [CommandRow] {
        let account = try store.account(of: member)
        let lots = account.lots.filter { kinds.contains($0.terms.kind) }
        let sums = try wallets(kinds, lots).map { balance($0, account, kinds) }
        let told = try sums + held(lots) + lots.map(row)
        return try entries ? told + movements(of: account, lots) : told
    }

    /// What headquarters has declared, and what the member has besides.
    private func wallets(_ kinds: Set<LotKind>, _ lots: [Lot]) throws -> [String] {
        let declared = try store.programme().wallets(on: date)
            .filter { !kinds.isDisjoint(with: $0.rule.kind.lotKinds) }.map(\.code)
        return Set(declared + lots.filter { $0.terms.kind != .coupon }.map(\.terms.wallet)).sorted()
    }

    private func balance(_ wallet: String, _ account: MemberAccount, _ kinds: Set<LotKind>) -> CommandRow {
        let isMoney = account.lots.first { $0.terms.wallet == wallet }?.terms.kind.isMoney ?? !kinds.contains(.points)
        let parts: [LotKind] = isMoney ? [.principal, .bonus] : []
        var columns = [("balance", account.balance(wallet, on: date))]
        columns += parts.map { ($0.rawValue, remaining(wallet, $0, account)) }
        columns += [
            ("spendable_here", account.spendable(wallet, by: own, on: date)),
            ("elsewhere", account.spendableElsewhere(than: own, wallet, on: date)),
            ("pending", account.pending(wallet, on: date)),
            (
                "expiring_\(Self.soonDays)_days",
                account.expiring(wallet, from: date, through: date.adding(days: Self.soonDays))
            ), ("debt", account.owed(wallet)),
        ]
        return CommandRow(
            columns: ["wallet"] + columns.map { Self.column($0.0, isMoney) },
            values: [wallet] + columns.map { String($0.1) })
    }

    private func remaining(_ wallet: String, _ kind: LotKind, _ account: MemberAccount) -> Int64 {
        account.lots.reduce(0) {
            $0
                + ($1.terms.wallet == wallet && $1.terms.kind == kind && !$1.terms.isExpired(on: date)
                    ? $1.remaining : 0)
        }
    }

    private func held(_ lots: [Lot]) throws -> [CommandRow] {
        var sums: [String: [RightsHolder: Int64]] = [:]
        for lot in lots where lot.terms.kind != .coupon {
            sums[lot.terms.wallet, default: [:]].merge(lot.rights, uniquingKeysWith: +)
        }
        let money = Set(lots.filter { $0.terms.kind.isMoney }.map(\.terms.wallet))
        return try sums.sorted { $0.key < $1.key }.flatMap { wallet, rights in
            try rights.sorted { $0.key < $1.key }.map { holder, amount in
                CommandRow(
                    columns: ["wallet", "held_by", Self.column("amount", money.contains(wallet))],
                    values: [wallet, try names.name(holder), String(amount)])
            }
        }
    }

    private func row(_ lot: Lot) throws -> CommandRow {
        let terms = lot.terms
        let amounts = [
            ("earned", lot.earned), ("spent", lot.spent), ("refunded", lot.refunded), ("expired", lot.expired),
            ("taken_back", lot.clawedBack), ("overdrawn", lot.overdrawn), ("remaining", lot.remaining),
        ]
        return CommandRow(
            columns: ["lot", "kind", "wallet", "issued_by", "opened_on", "available_on", "expires_on"]
                + amounts.map { Self.column($0.0, terms.kind.isMoney) } + ["held"],
            values: [
                terms.id.hexadecimal, terms.kind.rawValue, terms.wallet, try names.name(terms.issuer),
                terms.openedOn.text, terms.availableOn?.text, terms.expiresOn?.text,
            ] + amounts.map { String($0.1) } + [try names.held(lot.rights)])
    }

    // MARK: Entries

    private func movements(of account: MemberAccount, _ lots: [Lot]) throws -> [CommandRow] {
        let kinds = Dictionary(lots.map { ($0.terms.id, $0.terms.kind) }, uniquingKeysWith: { first, _ in first })
        let wallets = Set(lots.map(\.terms.wallet))
        return try account.members.flatMap(store.reader.entries).filter { entry in
            entry.lot.map { kinds[$0] != nil } ?? wallets.contains(entry.wallet)
        }.sorted { $0.position < $1.position }.map { entry in
            try row(entry, isMoney: entry.lot.flatMap { kinds[$0]?.isMoney } ?? isMoney(entry.wallet, lots))
        }
    }

    private func isMoney(_ wallet: String, _ lots: [Lot]) -> Bool {
        lots.first { $0.terms.wallet == wallet }?.terms.kind.isMoney ?? false
    }

    private func row(_ entry: ReplicaReader.AccountEntry, isMoney: Bool) throws -> CommandRow {
        CommandRow(
            columns: [
                "at", "entry", "wallet", "lot", Self.column("amount", isMoney), Self.column("lacking", isMoney),
                "from", "to", "branch", "operation", "position", "author", "reason",
            ],
            values: [
                String(entry.atMilliseconds), entry.kind, entry.wallet, entry.lot?.hexadecimal, String(entry.amount),
                entry.lacking == 0 ? nil : String(entry.lacking), try entry.from.map(names.name),
                try entry.to.map(names.name), try names.name(entry.node), entry.operation, String(entry.position),
                entry.author, entry.reason,
            ])
    }

    package static func column(_ name: String, _ isMoney: Bool) -> String { isMoney ? name + "_minor" : name }
}

extension WalletType.Kind {
    package var lotKinds: Set<LotKind> {
        switch self {
        case .points: [.points]
        case .growth: [.growth]
        case .storedValue: [.principal, .bonus]
        }
    }
}
