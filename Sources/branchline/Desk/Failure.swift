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
            }
        self.init(code: code, words: fault.detail)
    }

    private init(_ error: StoreError) {
        switch error {
        case .missing(let path):
            self.init(
                code: Self.notFoundCode,
                words: "there is nothing at \(path). Give the directory with --data, or make one: "
                    + "branchline hub init, or branchline node join")
        case .foreign(let path): self.init(code: Self.inputCode, words: "\(path) is not a Branchline database")
        case .newer(let path):
            self.init(code: Self.inputCode, words: "\(path) was written by a newer version: upgrade this program")
        case .wrongRole(let path):
            self.init(code: Self.usageCode, words: "\(path) is the other kind: a hub's, or a node's")
        case .alreadyThere(let path):
            self.init(code: Self.existsCode, words: "\(path) is there already; nothing was changed")
        case .inUse(let path):
            self.init(code: Self.busyCode, words: "another process is at work in \(path); stop it, or ask it")
        case .full:
            self.init(code: Self.diskCode, words: "the disk is full; nothing was written. Make room and try again")
        case .damaged(let what):
            self.init(
                code: Self.diskCode,
                words: "the database contradicts itself (\(what)). Stop, keep the files, call for help")
        case .query(let words): self.init(code: Self.usageCode, words: words)
        }
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
        self.init(code: Self.inputCode, words: "key or certificate: \(error)")
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
        switch error {
        case .refused(_, let words): self.init(code: Self.refusedCode, words: "the hub refuses: \(words)")
        case .busy: self.init(code: Self.busyCode, words: "the hub is busy; try again in a few seconds")
        case .unreachable(let failure):
            self.init(code: Self.unavailableCode, words: "the hub cannot be reached: \(failure)")
        case .noAnswer: self.init(code: Self.unavailableCode, words: "the hub did not answer; try again")
        }
    }
}

/// A failure that the command line itself finds.
struct Complaint: Error {
    let code: Int32
    let words: String
}
