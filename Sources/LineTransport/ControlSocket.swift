import Glibc

/// A listening place in the file system that only its owner may open.
enum ControlSocket {
    /// What `sun_path` holds, less its closing zero.
    static let pathBytesMax = 107

    /// A bound socket, to be listened on by the caller, who owns the descriptor.
    static func bind(path: String) throws(TransportError) -> Int32 {
        try removeIfDead(path)
        let (address, descriptor) = (try address(path), try open())
        // The file takes its mode from the socket as it is bound: it is never open to others, not for a moment.
        let isBound = fchmod(descriptor, 0o600) == 0 && call(Glibc.bind, descriptor, address) == 0
        guard isBound else {
            let code = errno
            close(descriptor)
            throw .of(code, path)
        }
        return descriptor
    }

    static func remove(path: String) { unlink(path) }

    private static func removeIfDead(_ path: String) throws(TransportError) {
        let address = try address(path)
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let descriptor = try open()
        defer { close(descriptor) }
        guard call(Glibc.connect, descriptor, address) != 0 else { throw .socketInUse(path: path) }
        switch errno {
        case ECONNREFUSED: unlink(path)
        case ENOENT: break
        case EAGAIN: throw .socketInUse(path: path)
        default: throw .of(errno, path)
        }
    }

    private static func open() throws(TransportError) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { throw .of(errno, "") }
        return descriptor
    }

    private static func address(_ path: String) throws(TransportError) -> sockaddr_un {
        guard path.utf8.count <= pathBytesMax else {
            throw .socketPathTooLong(path: path, bytesMax: pathBytesMax)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ address: sockaddr_un
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

extension TransportError {
    fileprivate static func of(_ code: Int32, _ path: String) -> TransportError {
        code == EADDRINUSE ? .socketInUse(path: path) : .system(code: code, systemText: SystemText.of(code))
    }
}
