import Glibc
import Testing

/// A bare blocking TCP or control socket, for peers that do not speak TLS or not our protocol.
final class Socket: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    static func connect(port: Int) throws -> Socket {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return try connect(AF_INET, address)
    }

    static func connect(path: String) throws -> Socket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try connect(AF_UNIX, address)
    }

    private static func connect<Address>(_ family: Int32, _ address: Address) throws -> Socket {
        let socket = Socket(Glibc.socket(family, Int32(SOCK_STREAM.rawValue), 0))
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket.descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        try #require(result == 0)
        return socket
    }

    func write(_ bytes: [UInt8]) { _ = Glibc.write(descriptor, bytes, bytes.count) }

    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// How many bytes came until the other end closed; -1 if that took too long.
    func bytesToEnd() async throws -> Int { try await onThreadOfItsOwn { self.readToEnd() } }

    private func readToEnd() -> Int {
        var total = 0
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &part, part.count)
            guard count > 0 else { return count < 0 ? -1 : total }
            total += count
        }
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit { Glibc.close(descriptor) }
}
