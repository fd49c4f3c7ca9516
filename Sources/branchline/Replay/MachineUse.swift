import Foundation

/// What this process has cost the machine.
enum MachineUse {
    /// The most memory that the process has had at once, as the kernel counts it; nil where it does not say.
    static var peakMemoryBytes: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
            .map { $0 * 1_024 }
    }

    /// Sum over all files below a directory.
    static func bytes(below directory: String) -> Int {
        guard let paths = FileManager.default.enumerator(atPath: directory) else { return 0 }
        var sum = 0
        for case let path as String in paths {
            let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + path)
            if attributes?[.type] as? FileAttributeType == .typeRegular { sum += attributes?[.size] as? Int ?? 0 }
        }
        return sum
    }

    static var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }
}
