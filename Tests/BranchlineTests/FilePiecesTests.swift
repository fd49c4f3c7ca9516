import Foundation
import Testing

@testable import branchline

@Suite struct FilePiecesTests {
    /// `a,b⏎1,2⏎` and `3,4⏎`, each by gzip.
    private static let first: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 75, 212, 73, 226, 50, 212, 49, 226, 2, 0, 123, 7, 151, 10, 8, 0, 0, 0,
    ]
    private static let second: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 51, 214, 49, 225, 2, 0, 62, 45, 114, 169, 4, 0, 0, 0,
    ]

    @Test func aGzipFileIsInflatedWhateverItsName() throws {
        #expect(try text(of: Self.first) == "a,b\n1,2\n")
    }

    @Test func membersFollowOneAnother() throws {
        #expect(try text(of: Self.first + Self.second) == "a,b\n1,2\n3,4\n")
    }

    @Test func aPlainFileStaysAsItIs() throws {
        #expect(try text(of: Array("a,b\n".utf8)) == "a,b\n")
        #expect(try text(of: []) == "")
    }

    @Test func aFileThatIsCutShortIsNotTakenForAWholeOne() {
        for length in 2..<Self.first.count {
            #expect(throws: Complaint.self, "cut to \(length)") { try text(of: Array(Self.first[..<length])) }
        }
    }

    @Test func aDamagedFileIsRefused() {
        var bytes = Self.first
        bytes[14] ^= 0xff
        #expect(throws: Complaint.self) { try text(of: bytes) }
    }

    @Test func aMissingFileIsSaidToBeMissing() {
        #expect { try FilePieces(path: "/nowhere/sales.csv") } throws: {
            ($0 as? Complaint)?.code == Failure.notFoundCode
        }
    }

    private func text(of bytes: [UInt8]) throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/branchline-\(UUID().uuidString).csv"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try FilePieces(path: path)
        var content: [UInt8] = []
        while let piece = try file.next() { content += piece }
        return String(decoding: content, as: UTF8.self)
    }
}
