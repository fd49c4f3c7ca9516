import Digests
import LineCodec
import Loyalty
import Replication
import SyncProtocol
import Testing

/// `protocol/README.md` says what the code does.
struct SpecificationTests {
    private let page: String
    private let lines: [Substring]

    init() throws {
        page = try Repository.text("protocol/README.md")
        lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    }

    static let limits: [String: Int] = [
        "lineBytesMax": Limits.lineBytesMax,
        "lineBytesBeforeGreetingMax": Limits.lineBytesBeforeGreetingMax,
        "inflatedBytesMax": Limits.inflatedBytesMax,
        "deflatedBytesMax": Limits.deflatedBytesMax,
        "operationBodyBytesMax": Limits.operationBodyBytesMax,
        "uploadWindowOperations": Int(Limits.uploadWindowOperations),
        "downloadCreditEntries": Int(Limits.downloadCreditEntries),
        "creditEntriesMax": Int(Limits.creditEntriesMax),
        "transactionOperationsMax": Limits.transactionOperationsMax,
        "backlogOperationsMax": Limits.backlogOperationsMax,
        "actorsPerNodeMax": Limits.actorsPerNodeMax,
        "featuresMax": Limits.featuresMax,
        "operationKindsMax": Limits.operationKindsMax,
        "requestArgumentsMax": Limits.requestArgumentsMax,
        "authorizationsOpenMax": Limits.authorizationsOpenMax,
        "questionsOpenMax": Limits.questionsOpenMax,
        "recallsOpenMax": Limits.recallsOpenMax,
        "denialHoldersMax": Limits.denialHoldersMax,
        "recallLotsMax": Limits.recallLotsMax,
        "recallWaitMilliseconds": Int(Limits.recallWaitMilliseconds),
        "authorizationWaitMilliseconds": Int(Limits.authorizationWaitMilliseconds),
        "chunkBytesMax": Limits.chunkBytesMax,
        "imageWindowBytesMax": Int(Limits.imageWindowBytesMax),
        "imageBytesMax": Int(Limits.imageBytesMax),
        "imageLogEntriesMin": Int(Limits.imageLogEntriesMin),
        "imageLagEntriesMax": Int(Limits.imageLagEntriesMax),
        "imageAgeMillisecondsMax": Int(Limits.imageAgeMillisecondsMax),
        "imageRetryMilliseconds": Int(Limits.imageRetryMilliseconds),
        "silenceBeforePingMilliseconds": Int(Limits.silenceBeforePingMilliseconds),
        "silenceBeforeCloseMilliseconds": Int(Limits.silenceBeforeCloseMilliseconds),
        "greetingMilliseconds": Int(Limits.greetingMilliseconds),
        "busyRetryMilliseconds": Int(Limits.busyRetryMilliseconds),
        "clockAheadToleranceMilliseconds": Int(Limits.clockAheadToleranceMilliseconds),
        "observedPositionsMax": LineLimits.observedPositionsMax,
        "audienceNodesMax": LineLimits.audienceNodesMax,
        "saltBytes": LineLimits.saltBytes,
        "codeBytesMax": LineLimits.codeBytesMax,
    ]

    @Test func everyLimitIsThereWithItsNumber() {
        let written = rows(in: "13 Limits").compactMap { row in Int(row[1]).map { (row[0].unquoted, $0) } }
        #expect(Dictionary(uniqueKeysWithValues: written) == Self.limits)
    }

    @Test(arguments: ["SyncProtocol/Limits.swift", "LineCodec/Operation+Line.swift"])
    func noLimitOfTheCodeIsLeftOut(file: String) throws {
        let source = try Repository.text("Sources/\(file)")
        for declaration in source.split(separator: "package static let ").dropFirst() {
            let name = String(declaration.prefix { $0.isLetter })
            #expect(Self.limits[name] != nil, "\(name)")
        }
    }

    @Test func everyErrorIsThere() {
        let written = rows(in: "12 Errors").map { $0[0].unquoted }.filter { $0 != "code" }
        #expect(written == ErrorCode.allCases.map(\.rawValue))
    }

    @Test func everyReasonOfADenialIsThere() {
        let written = rows(in: "17 Rights and questions").map { $0[0].unquoted }.filter { $0 != "code" }
        #expect(written == DenialCode.allCases.map(\.rawValue))
    }

    @Test func theLinesTypedByHandAreMessages() throws {
        let typed = section("17 Rights and questions").filter { $0.hasPrefix("> ") || $0.hasPrefix("< ") }
        var verbs: Set<String> = []
        for line in typed.map({ String($0.dropFirst(2)) }) {
            #expect(text(try Message.parse(line.bytes[...]).line()) == line)
            verbs.insert(text(line.bytes.prefix { $0 != UInt8(ascii: "\t") }))
        }
        #expect(verbs.isSuperset(of: ["AUTH", "GRANT", "DENY", "RECALL", "YIELD", "ASK", "ANSWER"]))
    }

    @Test func everyMessageIsThere() {
        var messages = RandomMessages(seed: 0)
        let verbs = RandomMessages.cases.map { text($0(&messages).line().prefix { $0 != UInt8(ascii: "\t") }) }
        let onTheControlSocket: Set = ["DO", "ROW", "DONE", "FAIL"]
        let headings = section("5 Messages").filter { $0.hasPrefix("### ") }.map { String($0.dropFirst(4)) }
        #expect(Set(headings) == Set(verbs).subtracting(onTheControlSocket).union(["CHUNK"]))
        for verb in verbs { #expect(section("4 Who may say what when").contains { $0.contains("`\(verb)`") }) }
    }

    @Test func everyKindOfOperationIsThere() {
        let headings = section("14 Operation bodies").filter { $0.hasPrefix("### ") }
        #expect(headings == Fact.kinds.map { "### `\($0.rawValue)`" })
    }

    @Test func everyReasonOfAVerdictIsThere() throws {
        let declared = try Repository.text("Sources/Loyalty/Judgement.swift").matches(
            of: /VerdictReason\(rawValue: "([a-z_]+)"\)/
        ).map { String($0.1) }
        let written = rows(in: "6 Operations").filter { $0.count == 4 && $0[0] != "reason" }.map { $0[0].unquoted }
        #expect(written.sorted() == declared.sorted())
    }

    @Test func everyCodeOfABodyIsThere() {
        let codes =
            LotKind.allCases.map(\.rawValue) + Tender.Kind.allCases.map(\.rawValue)
            + Transfer.Cause.allCases.map(\.rawValue) + Booking.Cause.allCases.map(\.rawValue)
            + CouponUse.Mode.allCases.map(\.rawValue) + ProgrammeItem.Category.allCases.map(\.rawValue)
            + WalletType.Kind.allCases.map(\.rawValue) + SpendOrder.allCases.map(\.rawValue)
            + Tier.Metric.allCases.map(\.rawValue) + ["credit", "debit", "debt", "repay", "charge"]
            + BranchCharge.Item.allCases.map(\.rawValue)
        let text = section("14 Operation bodies").joined(separator: "\n")
        for code in codes { #expect(text.contains("`\(code)`"), "\(code)") }
    }

    @Test func derivedIdentifiersAreThoseOfTheExample() throws {
        let (sale, authorization) = (try identifier("01931f31c0de7f00a1b2c3d4e5f60718"), try identifier(Self.asked))
        let actor = ActorID(try identifier("01931f2e3d4c7b5a9f8e7d6c5b4a3921").value)
        let lot = LotTerms.id(madeBy: actor, for: sale, wallet: "points", kind: .points)
        let member = try identifier("01931f30aabb7ccd8dde0eef0ff01021")
        let coupon = IssuedCoupon.id(definitionCode: "SPRING", recipient: .member(member), number: 1)
        let named = [
            "points:points": lot, "grant for \(Self.asked)": Transfer.id(granting: authorization), "number 1": coupon,
        ]
        for (name, id) in named { #expect(page.contains("\(name) = \(Hexadecimal.text(id.value))"), "\(name)") }
    }

    private static let asked = "01931f33aaaa7aaa8aaaaaaaaaaaaa01"

    private func identifier(_ digits: String) throws -> RecordID {
        RecordID(try #require(Hexadecimal.identifier(digits)))
    }

    @Test func everyFieldOfAMemberIsThere() {
        let written = rows(in: "14 Operation bodies").filter { $0.count == 5 && $0[0] != "number" }
        let declared = MemberField.allCases.map { ["\($0.rawValue)", "`\($0.name)`", $0.isPersonal ? "yes" : "no"] }
        #expect(written.map { Array($0.prefix(3)) } == declared)
    }

    @Test(arguments: [
        "at most \(MemberEdit.authorCharactersMax) characters", "at most \(MemberEdit.reasonCharactersMax) characters",
        "then 1 to \(MemberEdit.writesMax) writes", "at most \(MemberEdit.replacesMax); empty for none",
        "then 1 to \(Sale.linesMax) lines", "| cashier | text | at most \(Sale.textCharactersMax) characters |",
        "list of tenders | at most \(Settlement.tendersMax); they", "at most \(Settlement.accrualsMax), no two",
        "list of spends | at most \(Settlement.spendsMax); none", "at most \(Settlement.couponsMax); no lot",
        "list of id | at most \(Settlement.grantsMax): the hub", "wallet | text | 1 to \(LotTerms.walletCharactersMax)",
        "| items | list of | 1 to \(Transfer.itemsMax), no lot", "| lines | list of | 1 to \(Booking.linesMax), no lot",
        "1 to \(CouponIssue.definitionCodeCharactersMax) of", "| uses | number | 1 to \(CouponIssue.usesMax):",
        "then 1 to \(CouponIssue.couponsMax) coupons", "list of id | at most \(CouponSpent.couponsMax) |",
        "amount | signed | 1 to \(Lot.amountMax)",
        "honoured for \(TierChange.graceDays) days more", "No amount is above \(Sale.amountMinorMax)",
        "The version is \(Protocol.version).", "| `\(Protocol.deflate)` |", "| `\(Protocol.rights)` |",
        "| `\(Protocol.image)` |",
        "at most \(Limits.imageWindowBytesMax) beyond `from`", "| bytes | number | 1 to \(Limits.chunkBytesMax) |",
        "fewer than \(Limits.imageLogEntriesMin) entries",
        "`\(Answer.ok)`", "`\(Answer.unknownQuestion)`", "`\(Answer.tooLong)`",
        "held*\(Limits.denialHoldersMax)", "wanted*\(Limits.recallLotsMax)", "word*\(Limits.requestArgumentsMax)",
        "\(Limits.lineBytesBeforeGreetingMax) bytes long", "`n` is at most \(Limits.deflatedBytesMax)",
        "`m` at most \(Limits.inflatedBytesMax)",
    ])
    func numbersInTheTextAreThoseOfTheCode(words: String) { #expect(page.contains(words)) }

    @Test func theCompressedExampleIsAFrame() throws {
        let digits = section("10 Compression").filter { $0.hasPrefix("5a49") || $0.hasPrefix("010e") }.joined()
        var reader = FrameReader()
        reader.receive(try #require(Hexadecimal.bytes(digits)))
        guard case .deflated(let block, inflatedBytesMax: 14) = try reader.next() else {
            Issue.record("no block")
            return
        }
        // A stored block: final, its length, the complement of its length, the bytes.
        #expect(Array(block.prefix(5)) == [1, 14, 0, 241, 255])
        #expect(text(block.dropFirst(5)) == "PING\t1\nPING\t2\n")
        #expect(reader.isBetweenFrames)
    }

    @Test func theWorkedExampleIsRight() throws {
        var chain = OperationChain.start
        for sequence in 1...2 as ClosedRange<UInt64> {
            let value = { (name: String) in try example("operation \(sequence): \(name)") }
            guard case .operation(let pushed) = try Message.parse(value("line").bytes[...]) else {
                Issue.record("not an OP")
                return
            }
            let actor = try #require(Hexadecimal.identifier("01931f2e3d4c7b5a9f8e7d6c5b4a3921"))
            let operation = pushed.operation(Dot(ActorID(actor), sequence))
            var header = LineWriter()
            header.header(of: operation)
            #expect(try text(header.bytes) == value("header"))
            #expect(try "\(header.bytes.count)" == value("header bytes"))
            #expect(try text(operation.publicBody) == value("public body"))
            #expect(try "\(operation.publicBody.count)" == value("public body bytes"))
            #expect(try digits(operation.publicBody) == value("H(public body)"))
            if let personal = operation.personal {
                #expect(try Hexadecimal.text(personal.salt) == value("salt"))
                #expect(try text(personal.body) == value("personal body"))
                #expect(try digits(personal.salt + personal.body) == value("H(salt ‖ personal body)"))
            }
            let content = OperationChain.contentHash(
                header: header.bytes, publicBody: operation.publicBody,
                personal: operation.personal.map { ($0.salt, $0.body) })
            #expect(try Hexadecimal.text(content.bytes) == value("content"))
            chain.append(operation)
            #expect(try Hexadecimal.text(chain.head.bytes) == value("head"))
        }
    }

    @Test func theExamplesBodiesAreSound() throws {
        guard case .member(let edit)? = try Self.fact(example("operation 1: line")),
            case .sale(let sale)? = try Self.fact(example("operation 2: line"))
        else {
            Issue.record("the bodies cannot be read")
            return
        }
        try edit.check()
        #expect(edit.bodies().publicBody == (try example("operation 1: public body")).bytes)
        #expect(edit.bodies().personalBody == (try example("operation 1: personal body")).bytes)
        try sale.check()
        #expect(sale.publicBody() == (try example("operation 2: public body")).bytes)
        #expect(EarningRule.revision(sale.ruleRevision)?.points(forNetMinor: sale.netMinor) == sale.points)
    }

    @Test(arguments: TranscriptTests.names)
    func theTranscriptsBodiesCanBeRead(name: String) throws {
        for line in try Repository.text("protocol/transcripts/\(name)").split(separator: "\n") {
            let words = String(line.dropFirst(2))
            guard ["OP\t", "ENTRY\t", "GRANT\t"].contains(where: words.hasPrefix) else { continue }
            #expect(try Self.fact(words) != nil, "\(words)")
        }
    }

    private static func fact(_ line: String) throws -> Fact? {
        switch try Message.parse(line.bytes[...]) {
        case .operation(let pushed): Fact(pushed.operation(Dot(Example.actor, 1)))
        case .entry(let entry): Fact(entry.operation)
        case .grant(let grant): Fact(grant.entry.operation)
        case _: nil
        }
    }

    private func digits(_ content: [UInt8]) -> String { Hexadecimal.text(Digest256(of: content).bytes) }

    private func example(_ name: String) throws -> String {
        let line = try #require(section("15 A worked example").first { $0.hasPrefix(name + " = ") }, "\(name)")
        return String(line.dropFirst(name.count + 3))
    }

    private func section(_ heading: String) -> [Substring] {
        let rest = lines.drop { $0 != "## " + heading }.dropFirst()
        return Array(rest.prefix { !$0.hasPrefix("## ") })
    }

    /// Cells of the rows of all tables in a section, without their rulers.
    private func rows(in heading: String) -> [[String]] {
        section(heading).filter { $0.hasPrefix("| ") }.map { row in
            row.dropFirst(2).dropLast(row.hasSuffix(" |") ? 2 : 1).components(separatedBy: " | ")
        }
    }
}

extension String {
    fileprivate var unquoted: String { filter { $0 != "`" } }
}

extension Substring {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
