import Foundation

enum Excerpt {
    static func write(_ tables: [String: String], to directory: String) throws {
        for (name, text) in tables { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name).csv")) }
    }
}
