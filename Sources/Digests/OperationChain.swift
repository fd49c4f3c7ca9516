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
        var link = DigestParts()
        link.append(head)
        link.append(Self.contentHash(header: header, publicBody: publicBody, personal: personal))
        head = link.finish()
    }

    package static func contentHash(
        header: [UInt8], publicBody: [UInt8], personal: (salt: [UInt8], body: [UInt8])?
    ) -> Digest256 {
        var content = DigestParts()
        content.append(header)
        content.append(Digest256(of: publicBody))
        content.append(personal.map(seal) ?? .zero)
        return content.finish()
    }

    private static func seal(_ personal: (salt: [UInt8], body: [UInt8])) -> Digest256 {
        var sealed = DigestParts()
        sealed.append(personal.salt)
        sealed.append(personal.body)
        return sealed.finish()
    }
}
