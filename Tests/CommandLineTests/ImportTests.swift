import Testing

/// Files that people bring from elsewhere.
@Suite(.timeLimit(.minutes(3)))
struct ImportTests {
    private static func chain() async throws -> Shops {
        let shops = try Shops()
        try await shops.found()
        return shops
    }

    @Test func aSpreadsheetsFileIsTakenAsItIs() async throws {
        let shops = try await Self.chain()
        try shops.write(
            "\u{FEFF}姓名,手机号,birthday,gender,card,tags,address,remark\r\n"
                + "李伟,１３８００１３８０００,1990/5/3,男,6001,vip; regular,\"12, Long Street\",\"said \"\"hello\"\"\"\r\n"
                + "Wang Fang,138 0013 8001,--08-15,female,6002,,,\r\n", to: "members.csv")
        let dry = try await shops.done(["import", "members", "members.csv", "--data", "hub", "--dry-run"])
        #expect(dry.output == "members: 2 would be new, 0 already there. Nothing was written.\n")
        #expect(try await shops.count("members", at: "hub") == "0")
        let first = try await shops.done(["import", "members", "members.csv", "--data", "hub"])
        #expect(first.output == "members: 2 new, 0 already there.\n")
        let second = try await shops.done(["import", "members", "members.csv", "--data", "hub"])
        #expect(second.output == "members: 0 new, 2 already there.\n")
        let sql = "select name, phone, birthday, gender, address, remark from members order by phone"
        let csv = try await shops.done(["query", "--csv", sql, "--data", "hub"]).output
        #expect(
            csv == "name,phone,birthday,gender,address,remark\r\n"
                + "李伟,+8613800138000,1990-05-03,male,\"12, Long Street\",\"said \"\"hello\"\"\"\r\n"
                + "Wang Fang,+8613800138001,--08-15,female,,\r\n")
    }

    @Test func everyWrongRowIsNamedAndNothingIsImported() async throws {
        let shops = try await Self.chain()
        try shops.write(
            """
            name,phone,birthday,gender,card,tags
            A,12,1990-13-01,x,,
            B,,,,,
            C,13800138009,,,,a;\(String(repeating: "x", count: 60))
            D,13800138008,,,
            E,138 0013 8009,,,,
            F,13800138007,,,,

            """, to: "members.csv")
        let refused = try await shops.run(["import", "members", "members.csv", "--data", "hub"])
        #expect(refused.code == 65)
        #expect(
            refused.errors == """
                row 2, birthday: “1990-13-01” will not do. Write 1990-05-03, or --05-03 without a year; lunar:--08-15 \
                for the Chinese calendar.
                row 2, gender: “x” will not do. Choose one of: female, male, other, unspecified.
                row 2, phone: “12” is not a phone number. Write the whole number, with the country in front if it is \
                foreign, such as +8613800138000.
                row 3: give an id, a card or a phone, so that the member is known again
                row 4, tags: “\(String(repeating: "x", count: 60))” will not do. Write 1 to 48 characters on one line, \
                with no blank in front or behind.
                row 5: 5 fields, but the header names 6 columns
                row 6: the same member as in row 4
                branchline: 5 rows are wrong, so nothing was imported. Mend them, or say --skip-wrong

                """)
        #expect(try await shops.count("members", at: "hub") == "0")
        let skipped = try await shops.run(["import", "members", "members.csv", "--data", "hub", "--skip-wrong"])
        #expect(skipped.code == 0)
        #expect(skipped.output == "members: 1 new, 0 already there. 5 wrong rows were left out.\n")
    }

    @Test func aHundredFaultsAreShownAndTheRestCounted() async throws {
        let shops = try await Self.chain()
        try shops.write("phone\n" + String(repeating: "0\n", count: 130), to: "members.csv")
        let refused = try await shops.run(["import", "members", "members.csv", "--data", "hub"])
        #expect(refused.code == 65)
        #expect(refused.errors.split(separator: "\n").count == 102)
        #expect(refused.errors.contains("\nand 30 more\n"))
    }

    @Test(arguments: [
        ("name,fone\n", "there is no column “fone”; there are id, card, phone, name,"),
        ("name,phone\nx,\"13800138000\n", "row 2: a quotation mark is opened and never closed"),
        ("", "the file is empty; its first row names the columns"),
        ("phone,Phone\n", "two columns are named phone"),
    ])
    func aFileThatCannotBeReadIsRefused(text: String, words: String) async throws {
        let shops = try await Self.chain()
        try shops.write(text, to: "members.csv")
        let refused = try await shops.run(["import", "members", "members.csv", "--data", "hub"])
        #expect(refused.code == 65)
        #expect(refused.errors.hasPrefix("branchline: \(words)"), "\(refused.errors)")
    }

    @Test func salesAreExactAndEarnPointsOnce() async throws {
        let shops = try await Self.chain()
        try shops.writeMembers(1, to: "members.csv")
        try await shops.done(["import", "members", "members.csv", "--data", "hub"])
        try shops.write(
            """
            sale,till,time,product,quantity,net,discount,member_phone
            A1,till-1,2026-03-05 14:03,tea,2,25.80,0,13810000000
            A1,,,cake,1,12.5,2,
            A2,till-1,2026-03-05T23:59:30+00:00,rice,0.125,1.01,,

            """, to: "sales.csv")
        for expected in ["sales: 2 new, 0 already there.\n", "sales: 0 new, 2 already there.\n"] {
            #expect(try await shops.done(["import", "sales", "sales.csv", "--data", "hub"]).output == expected)
        }
        let sql = "select reference, occurred_at, business_date, net_minor, points, lines from sales order by reference"
        #expect(
            try await shops.done(["query", sql, "--data", "hub"]).output == """
                reference  occurred at          business date  net CNY  points  lines
                A1         2026-03-05 14:03:00  2026-03-05     38.30    38      2
                A2         2026-03-06 07:59:30  2026-03-06     1.01     0       1

                """)
    }

    @Test func wrongSalesAreNamedByRowAndColumn() async throws {
        let shops = try await Self.chain()
        try shops.write(
            """
            sale,till,time,product,quantity,net,member_phone
            B1,t,2026-03-05 14:03,tea,2,25.805,
            B2,t,2026-02-30 14:03,tea,2,25.80,
            B3,t,2099-02-20 14:03,tea,2,25.80,
            B4,t,2026-02-20 14:03,tea,2,25.80,13900139000
            B5,t,2026-02-20 14:03,tea,2,-25.80,
            B6,t,2026-02-20 14:03,tea,2,1,
            B6,u,2026-02-20 14:03,tea,two,,

            """, to: "sales.csv")
        let refused = try await shops.run(["import", "sales", "sales.csv", "--data", "hub"])
        #expect(refused.code == 65)
        #expect(
            refused.errors == """
                row 2, net: “25.805” is not a number such as 12 or 12.5, with at most 2 digits behind the point
                row 3, time: “2026-02-30 14:03” is not a time. Write 2026-03-05 14:03 or 2026-03-05T14:03:09+08:00
                row 4, time: “2099-02-20 14:03” is in the future
                row 5, member_phone: no member has this; import the members first
                row 6: The total is below zero. A sale cannot pay money out; please check the lines.
                row 8, net: the number is missing
                row 8, quantity: “two” is not a number such as 12 or 12.5, with at most 3 digits behind the point
                row 8, till: sale B6 says something else in row 7
                branchline: 6 rows are wrong, so nothing was imported. Mend them, or say --skip-wrong

                """)
        #expect(try await shops.count("sales", at: "hub") == "0")
    }
}
