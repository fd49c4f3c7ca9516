/// The hash chain over one actor's operations: two logs with the same head are the same log.
///
/// A link covers `H(header ‖ H(public) ‖ H(salt ‖ personal))`, so a personal body can be dropped later and the
/// chain still checks, as long as its hash is kept.
package struct OperationChain: Hashable, Sendable {
    package private(set) var head: Digest256

    package init(head: Digest256) { self.head = head }

    /// Before an actor's first operation: 32 zero bytes.
    package static let start = OperationChain(head: .zero)

    package mutating func append(header: [UInt8], publicBody: [UInt8], personal: (salt: [UInt8], body: [UInt8])?) {
        let content = Self.contentHash(header: header, publicBody: publicBody, personal: personal)
        head = Digest256(of: head.bytes + content.bytes)
    }

    package static func contentHash(
        header: [UInt8], publicBody: [UInt8], personal: (salt: [UInt8], body: [UInt8])?
    ) -> Digest256 {
        let sealed = personal.map { Digest256(of: $0.salt + $0.body) } ?? .zero
        return Digest256(of: header + Digest256(of: publicBody).bytes + sealed.bytes)
    }
}
