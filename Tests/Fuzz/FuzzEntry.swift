/// Where libFuzzer comes in; `scripts/fuzz` compiles this file, `swift build` does not.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let law = WireLaws.broken(by: bytes) { fatalError(law) }
    return 0
}
