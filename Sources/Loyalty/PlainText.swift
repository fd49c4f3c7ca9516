/// Text of printable ASCII and of Chinese characters of the first plane (U+4E00 to U+9FFF), which nearly all is.
enum PlainText {
    /// How many characters there are; nil where anything else is among them, or a blank at either end.
    static func characters(in text: [UInt8]) -> Int? {
        guard text.first != blank, text.last != blank else { return nil }
        return text.withUnsafeBufferPointer { bytes in
            var (index, count) = (0, 0)
            while index < bytes.count {
                guard let length = length(of: bytes, at: index) else { return nil }
                index += length
                count += 1
            }
            return count
        }
    }

    private static func length(of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        if (0x20...0x7e).contains(bytes[index]) { return 1 }
        guard (0xe4...0xe9).contains(bytes[index]), index + 2 < bytes.count, isTail(bytes[index + 1]),
            isTail(bytes[index + 2]), bytes[index] > 0xe4 || bytes[index + 1] >= 0xb8
        else { return nil }
        return 3
    }

    private static func isTail(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

    private static let blank = UInt8(ascii: " ")
}
