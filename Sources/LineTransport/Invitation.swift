import Crypto
import LineCodec

/// One line that lets a machine join the chain once: where the hub is, how to know it, and a secret token.
package struct Invitation: Equatable, Sendable {
    package static let tokenBytes = 16
    package static let fingerprintBytes = 32
    /// Nobody pastes more than this; a name of a shop is far shorter.
    package static let textBytesMax = 4 << 10

    package let host: String
    package let port: Int
    /// SHA-256 of the DER of the chain's authority.
    package let authorityFingerprint: [UInt8]
    package let token: [UInt8]
    package let branchCode: String
    package let branchName: String
    /// Since 1970.
    package let expiresSeconds: Int64

    package init(
        host: String, port: Int, authorityFingerprint: [UInt8], token: [UInt8], branchCode: String,
        branchName: String, expiresSeconds: Int64
    ) {
        self.host = host
        self.port = port
        self.authorityFingerprint = authorityFingerprint
        self.token = token
        self.branchCode = branchCode
        self.branchName = branchName
        self.expiresSeconds = expiresSeconds
    }
}

package enum InvitationError: Error, Equatable, Sendable {
    case notAnInvitation
    /// A character is missing or wrong: copy it again.
    case damaged
    /// Made by a hub that is newer than this program.
    case newerVersion(UInt32)
}

/// `branchline1.` and, in base64url, four bytes of checksum and the fields as one line.
extension Invitation {
    private static let family = "branchline"
    private static let version: UInt32 = 1
    private static let checksumBytes = 4

    package var text: String {
        var writer = LineWriter()
        writer.text(host)
        writer.integer(port)
        writer.raw(authorityFingerprint)
        writer.raw(token)
        writer.text(branchCode)
        writer.text(branchName)
        writer.integer(expiresSeconds)
        return "\(Self.family)\(Self.version)." + Base64URL.text(Self.checksum(writer.bytes) + writer.bytes)
    }

    /// White space anywhere is not meant: terminals and mail programs wrap long lines.
    package init(parsing text: String) throws(InvitationError) {
        guard text.utf8.count <= Self.textBytesMax else { throw .notAnInvitation }
        let packed = String(text.unicodeScalars.filter { !$0.properties.isWhitespace })
        let payload = try Self.payload(of: packed)
        guard let bytes = Base64URL.bytes(payload), bytes.count > Self.checksumBytes else { throw .damaged }
        let fields = Array(bytes.dropFirst(Self.checksumBytes))
        guard bytes.starts(with: Self.checksum(fields)) else { throw .damaged }
        do { self = try Self.read(fields) } catch { throw .damaged }
    }

    private static func payload(of text: String) throws(InvitationError) -> Substring {
        guard text.hasPrefix(family), let dot = text.firstIndex(of: "."),
            let number = UInt32(text[..<dot].dropFirst(family.count)), number > 0
        else { throw .notAnInvitation }
        guard number == version else { throw .newerVersion(number) }
        return text[text.index(after: dot)...]
    }

    private static func read(_ fields: [UInt8]) throws(LineError) -> Invitation {
        var reader = LineReader(fields)
        let invitation = Invitation(
            host: try reader.text(), port: Int(try reader.integer(UInt16.self)),
            authorityFingerprint: try reader.raw(), token: try reader.raw(), branchCode: try reader.text(),
            branchName: try reader.text(), expiresSeconds: try reader.integer())
        try reader.end()
        guard invitation.authorityFingerprint.count == fingerprintBytes, invitation.token.count == tokenBytes,
            !invitation.host.isEmpty
        else { throw .missingField }
        return invitation
    }

    /// Against a slip of the mouse, not against an enemy: who can change the line can also make one.
    private static func checksum(_ fields: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: fields).prefix(checksumBytes))
    }
}
