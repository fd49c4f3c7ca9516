import Administration
import LineCodec
import LineTransport

extension Invitation {
    /// What the hub answers to `invite`; nil for anything else.
    ///
    /// - Parameter port: in place of the one in the hub's settings.
    init?(_ row: CommandRow, port: Int? = nil) {
        guard let host = row["host"], let port = port ?? row["port"].flatMap({ Int($0) }),
            let fingerprint = row["fingerprint"].flatMap({ Hexadecimal.bytes($0) }),
            let token = row["token"].flatMap({ Hexadecimal.bytes($0) }), let branch = row["branch"],
            let name = row["name"], let expires = row["expires_at"].flatMap({ Int64($0) })
        else { return nil }
        self.init(
            host: host, port: port, authorityFingerprint: fingerprint, token: token, branchCode: branch,
            branchName: name, expiresSeconds: expires / 1_000)
    }
}
