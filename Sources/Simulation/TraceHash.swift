/// A running hash over everything that happened (FNV-1a, 64 bits): equal for equal histories.
struct TraceHash: Equatable, Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func fold(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    mutating func fold(_ number: UInt64) {
        var rest = number
        for _ in 0..<8 {
            value = (value ^ (rest & 0xff)) &* 0x100_0000_01B3
            rest >>= 8
        }
    }

    mutating func fold(_ number: Int) { fold(UInt64(bitPattern: Int64(number))) }
}
