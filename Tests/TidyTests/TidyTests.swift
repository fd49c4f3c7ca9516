import Foundation
import Testing

/// Reads the package's own source. A failure names the file, the line and what to do.
@Suite struct TidyTests {
    @Test func theSourceKeepsTheRulesOfTheHouse() throws {
        let sources = try Self.sources()
        #expect(sources.count > 20, "where is the source?")
        let tidy = Tidy(house: .branchline)
        for finding in sources.flatMap(tidy.findings) { Issue.record("\(finding)") }
    }

    /// An arrow in the table points at a room on a lower floor, or out of the house.
    @Test func allArrowsPointDown() {
        let house = House.branchline
        for (target, room) in house.rooms {
            for imported in room.imports {
                guard let other = house.rooms[imported] else { continue }
                let isLower = other.floor < room.floor || (target, imported) == ("LineCodec", "Replication")
                #expect(isLower, "\(target) imports \(imported)")
            }
        }
    }

    private static func sources() throws -> [SourceText] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try ["Sources", "Tests"].flatMap { folder in
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
                let path = "\(folder)/\(name)"
                return SourceText(
                    path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
            }
        }
    }
}
