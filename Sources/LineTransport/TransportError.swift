import Glibc
import NIOCore

/// Why a listener cannot listen.
package enum TransportError: Error, Equatable, Sendable {
    case portInUse(Int, systemText: String)
    /// Ports below 1,024 belong to the administrator of the machine.
    case portNotPermitted(Int, systemText: String)
    case addressNotHere(String, systemText: String)
    case hostUnknown(String)
    /// Another process answers on this control socket.
    case socketInUse(path: String)
    case notASocket(path: String)
    case socketPathTooLong(path: String, bytesMax: Int)
    /// The TLS library does not take this key or certificate: its words.
    case badIdentity(String)
    case system(code: Int32, systemText: String)
    case other(String)

    init(_ error: any Error, host: String, port: Int) {
        switch error {
        case let error as IOError: self.init(code: error.errnoCode, host: host, port: port)
        case is SocketAddressError: self = .hostUnknown(host)
        case let error as TransportError: self = error
        default: self = .other("\(error)")
        }
    }

    private init(code: Int32, host: String, port: Int) {
        let text = SystemText.of(code)
        switch code {
        case EADDRINUSE: self = .portInUse(port, systemText: text)
        case EACCES: self = .portNotPermitted(port, systemText: text)
        case EADDRNOTAVAIL: self = .addressNotHere(host, systemText: text)
        default: self = .system(code: code, systemText: text)
        }
    }
}
