import ArgumentParser

struct ProgrammeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "programme",
        abstract: "What headquarters declares: wallets, tiers, promotions, coupons, top-up plans, campaigns.",
        subcommands: [List.self, Show.self, Set.self, Withdraw.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every rule in its latest revision.",
            discussion: "Example:\n  branchline programme list --data /srv/hub")
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await data.askLedger(output) { ["programme.list", try $0.today()] }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One rule, key by key, as it can be typed again.",
            discussion: "Example:\n  branchline programme show wallet points")
        @Argument(help: "wallet, tier, promotion, coupon, plan or campaign.") var category: String
        @Argument(help: "The rule's code.") var code: String
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func run() async throws { try await data.ask(["programme.show", category, code], output) }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Declare a rule, or change keys of it; from a day on.",
            discussion: """
                Keys that are not given stay as they were; KEY= takes one away. Money is in the smallest coin, dates \
                are YYYY-MM-DD, lists have commas between. Look first with --dry-run.

                  wallet     kind earn earn_per_minor redeem_minimum redeem_unit redeem_unit_minor redeem_cap_percent
                             pending_days expiry spend_order balance_max stale_days allowance allowance_low_percent
                             allowance_idle_days
                  tier       name rank metric threshold window_months pay_percent points_percent
                  promotion  name, one of pay_percent off_minor price_minor points_percent, on threshold_minor from to
                             priority members_only
                  coupon     name campaign, one of off_minor (threshold_minor) pay_percent (max_off_minor) price_minor
                             (product) gift (quantity), from and to or days (start_offset), uses member_uses group
                             priority combinable policy
                  plan       pay_minor bonus_minor bonus_days once
                  campaign   name from to budget_minor

                Promotions and coupons also: branches tiers weekdays month_days hours products restricted

                Example:
                  branchline programme set coupon summer "name=Summer" campaign=2025 off_minor=500 \\
                    threshold_minor=3000 days=30 --reason "for the holidays" --dry-run
                """)
        @Argument(help: "wallet, tier, promotion, coupon, plan or campaign.") var category: String
        @Argument(help: "The rule's code.") var code: String
        @Argument(help: "KEY=VALUE …") var fields: [String]
        @Option(name: .long, help: ArgumentHelp("The first day; today by default.", valueName: "date"))
        var from: String?
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws {
            try await data.askLedger(output) { chain in
                ["programme.set"] + author.instruction + [category, code, try from ?? chain.today()] + fields
            }
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a rule end. What was given out under it stays valid.",
            discussion: "Example:\n  branchline programme withdraw promotion night --reason \"the season is over\"")
        @Argument(help: "wallet, tier, promotion, coupon, plan or campaign.") var category: String
        @Argument(help: "The rule's code.") var code: String
        @Option(name: .long, help: ArgumentHelp("The first day without it; today by default.", valueName: "date"))
        var from: String?
        @OptionGroup var author: AuthorOptions
        @OptionGroup var data: AnyDataOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try author.requireReason() }

        func run() async throws {
            try await data.askLedger(output) { chain in
                ["programme.withdraw"] + author.instruction + [category, code, try from ?? chain.today()]
            }
        }
    }
}
