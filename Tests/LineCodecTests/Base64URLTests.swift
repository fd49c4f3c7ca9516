import LineCodec
import Testing

@Suite struct Base64URLTests {
    @Test func bytesOfEveryLengthKeepTheirSpelling() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64URL.bytes(Base64URL.text(bytes)) == bytes)
        }
        #expect(Base64URL.text([0xfb, 0xff]) == "-_8")
        #expect(Base64URL.bytes("-_9") == nil)
        #expect(Base64URL.bytes("A") == nil)
        #expect(Base64URL.bytes("A=") == nil)
    }
}
