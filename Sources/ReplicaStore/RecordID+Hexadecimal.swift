import LineCodec
package import Replication

extension RecordID {
    /// Exactly 32 lower-case digits; nil for anything else.
    package init?(hexadecimal text: String) {
        guard let value = Hexadecimal.identifier(text) else { return nil }
        self.init(value)
    }

    package var hexadecimal: String { Hexadecimal.text(value) }
}
