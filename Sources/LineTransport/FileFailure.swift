import Glibc

/// A file or socket call that the system refused.
package struct FileFailure: Error, Equatable, Sendable {
    package let path: String
    package let code: Int32

    init(path: String, code: Int32 = errno) {
        self.path = path
        self.code = code
    }

    static func exists(_ path: String) -> FileFailure { FileFailure(path: path, code: EEXIST) }

    package var isMissingFile: Bool { code == ENOENT }
    package var isExistingFile: Bool { code == EEXIST }
    package var systemText: String { SystemText.of(code) }
}

/// The system's own words for an error number.
enum SystemText {
    static func of(_ code: Int32) -> String { String(cString: strerror(code)) }
}
