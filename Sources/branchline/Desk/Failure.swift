import Administration
import ArgumentParser
import Foundation
import LineTransport
import NodeService
import ReplicaStore

/// The one place where errors become words and exit codes for whoever typed the command.
struct Failure {
    let code: Int32
    let words: String

    static let falseCode: Int32 = 1
    static let usageCode: Int32 = 64
    static let inputCode: Int32 = 65
    static let notFoundCode: Int32 = 66
    static let unavailableCode: Int32 = 69
    static let existsCode: Int32 = 73
    static let diskCode: Int32 = 74
    static let busyCode: Int32 = 75
    static let refusedCode: Int32 = 77

    /// Says on standard error what went wrong; what the argument parser has to say it says itself.
    static func told(_ error: any Error) -> any Error {
        guard let failure = Failure(error) else { return error }
        FileHandle.standardError.write(Data("branchline: \(failure.words)\n".utf8))
        return ExitCode(failure.code)
    }

    /// Nil for errors that are the argument parser's own.
    init?(_ error: any Error) {
        switch error {
        case let error as CommandFault: self.init(error)
        case let error as StoreError: self.init(error)
        case let error as TransportError: self.init(error)
        case let error as IdentityError: self.init(error)
        case let error as InvitationError: self.init(error)
        case let error as Enrolment.Failure: self.init(error)
        case let error as Complaint: self = Failure(code: error.code, words: error.words)
        case let error as CsvError: self = Failure(code: Self.inputCode, words: error.words)
        case let error as CocoaError: self.init(error)
        case is ExitCode, is CleanExit, is ValidationError: return nil
        case _ where String(reflecting: type(of: error)).hasPrefix("ArgumentParser."): return nil
        case _: self = Failure(code: Self.diskCode, words: "\(error)")
        }
    }

    private init(code: Int32, words: String) {
        self.code = code
        self.words = words
    }

    private init(_ fault: CommandFault) {
        let code =
            switch fault.code {
            case .usage: Self.usageCode
            case .notFound: Self.notFoundCode
            case .refused: Self.refusedCode
            case .stale: Self.busyCode
            case .store: Self.diskCode
            case .exists: Self.existsCode
            case .busy: Self.busyCode
            }
        self.init(code: code, words: fault.detail)
    }

    private init(_ error: StoreError) {
        let code =
            switch error {
            case .missing: Self.notFoundCode
            case .foreign, .newer: Self.inputCode
            case .wrongRole, .query: Self.usageCode
            case .alreadyThere: Self.existsCode
            case .inUse: Self.busyCode
            case .full, .damaged: Self.diskCode
            }
        self.init(code: code, words: error.words)
    }

    private init(_ error: TransportError) {
        switch error {
        case .portInUse(let port, _):
            self.init(code: Self.busyCode, words: "port \(port) is in use by another program; choose one with --port")
        case .portNotPermitted(let port, _):
            self.init(
                code: Self.refusedCode, words: "port \(port) needs the machine's administrator; choose one above 1023")
        case .addressNotHere(let host, _):
            self.init(code: Self.usageCode, words: "\(host) is not an address of this machine")
        case .hostUnknown(let host): self.init(code: Self.usageCode, words: "nobody knows the host \(host)")
        case .socketInUse(let path): self.init(code: Self.busyCode, words: "another process answers on \(path)")
        case .notASocket(let path): self.init(code: Self.existsCode, words: "\(path) is in the way; remove it")
        case .socketPathTooLong(let path, let bytesMax):
            self.init(code: Self.usageCode, words: "\(path) is longer than \(bytesMax) bytes; use a shorter --data")
        case .badIdentity(let words): self.init(code: Self.inputCode, words: "the certificate cannot be used: \(words)")
        case .system(_, let systemText): self.init(code: Self.diskCode, words: systemText)
        case .other(let words): self.init(code: Self.diskCode, words: words)
        }
    }

    private init(_ error: IdentityError) {
        switch error {
        case .file(let failure) where failure.isExistingFile:
            self.init(
                code: Self.existsCode,
                words:
                    "\(failure.path) is there already, of an earlier attempt or another chain; use an empty directory")
        case .file(let failure):
            self.init(
                code: failure.isMissingFile ? Self.notFoundCode : Self.diskCode,
                words: "\(failure.path): \(failure.systemText)")
        case .notACertificate, .notAKey, .notAP256PublicKey, .notAnAuthority:
            self.init(code: Self.inputCode, words: "a key or certificate file is damaged; bring it back from a copy")
        case .otherKey: self.init(code: Self.inputCode, words: "the certificate does not belong to the key beside it")
        case .otherAuthority, .otherFingerprint:
            self.init(code: Self.refusedCode, words: "the certificate is not of the chain that the invitation names")
        case .notMade(let words): self.init(code: Self.diskCode, words: "no certificate could be made: \(words)")
        }
    }

    /// The file system's objections, as Foundation passes them on.
    private init(_ error: CocoaError) {
        let path = error.filePath ?? error.url?.path
        let reason = (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
        self.init(
            code: Self.diskCode, words: (path.map { "\($0): " } ?? "") + (reason ?? error.localizedDescription))
    }

    private init(_ error: InvitationError) {
        switch error {
        case .notAnInvitation:
            self.init(code: Self.usageCode, words: "this is not an invitation; it begins with branchline1.")
        case .damaged:
            self.init(
                code: Self.inputCode, words: "a character of the invitation is missing or wrong: copy it again, whole")
        case .newerVersion:
            self.init(code: Self.inputCode, words: "the hub is newer than this program: upgrade this program")
        }
    }

    private init(_ error: Enrolment.Failure) {
        let code =
            switch error {
            case .refused: Self.refusedCode
            case .busy: Self.busyCode
            case .unreachable, .noAnswer: Self.unavailableCode
            }
        self.init(code: code, words: error.words)
    }
}

/// A failure that the command line itself finds.
struct Complaint: Error {
    let code: Int32
    let words: String
}
