import Testing

@testable import LineTransport

@Suite struct InvitationTests {
    static let invitation = Invitation(
        host: "hub.example", port: 7_443, authorityFingerprint: (0..<32).map { $0 }, token: (100..<116).map { $0 },
        branchCode: "017", branchName: "Łódź 上海南京路店\t2", expiresSeconds: 1_900_000_000)

    @Test func whatIsWrittenIsRead() throws {
        let text = Self.invitation.text
        #expect(text.hasPrefix("branchline1."))
        #expect(text.utf8.allSatisfy { $0 > 32 && $0 < 127 })
        #expect(try Invitation(parsing: text) == Self.invitation)
    }

    @Test func whiteSpaceAroundAndWithinIsForgiven() throws {
        let text = Self.invitation.text
        let middle = text.index(text.startIndex, offsetBy: 60)
        let wrapped = " \n\t" + text[..<middle] + "\r\n  " + text[middle...] + "\u{a0}\n"
        #expect(try Invitation(parsing: wrapped) == Self.invitation)
    }

    @Test(arguments: ["", "hello", "branchline", "branchline1", "branchline.AAAA", "branchline0.AAAA", "branchlinex.A"])
    func otherTextIsNotAnInvitation(text: String) {
        #expect(throws: InvitationError.notAnInvitation) { try Invitation(parsing: text) }
    }

    @Test func anInvitationOfALaterVersionSaysSo() {
        #expect(throws: InvitationError.newerVersion(2)) { try Invitation(parsing: "branchline2.zzz") }
    }

    @Test func everyChangedOrMissingCharacterIsNoticed() {
        let text = Array(Self.invitation.text.utf8)
        for place in 12..<text.count {
            let cut = Array(text[..<place])
            for damaged in [cut, changed(text, at: place), cut + text[(place + 1)...]] {
                #expect(throws: InvitationError.damaged) {
                    try Invitation(parsing: String(decoding: damaged, as: UTF8.self))
                }
            }
        }
    }

    private func changed(_ text: [UInt8], at place: Int) -> [UInt8] {
        var text = text
        text[place] = text[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        return text
    }
}
