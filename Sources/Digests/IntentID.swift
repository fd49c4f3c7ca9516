/// Identifiers that two nodes derive alike from the same intent, so that a repeat adds nothing.
package enum IntentID {
    /// Each part is preceded by its length, so that no two lists of parts run together.
    package static func make(_ parts: [UInt8]...) -> UInt128 {
        var content: [UInt8] = []
        for part in parts {
            content.append(contentsOf: String(part.count).utf8)
            content.append(UInt8(ascii: ":"))
            content.append(contentsOf: part)
        }
        return Digest256(of: content).prefix128
    }
}
