/// Where libFuzzer comes in; `scripts/fuzz` compiles this file, `swift build` does not.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let law = WireLaws.broken(by: bytes) { fatalError(law) }
    return 0
}

/// Every other time libFuzzer's own mutation, else a word put where a field or a part of one begins or ends.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ countMax: Int, _ seed: CUnsignedInt) -> Int {
    guard seed & 1 == 1, count > 0 else { return libFuzzerMutate(start, count, countMax) }
    var bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let places = bytes.indices.filter { Splice.marks.contains(bytes[$0]) } + [bytes.count]
    let choice = Int(seed >> 1)
    let place = places[choice % places.count]
    bytes.insert(contentsOf: Splice.words[choice / places.count % Splice.words.count], at: place)
    bytes = Array(bytes.prefix(countMax))
    UnsafeMutableBufferPointer(start: start, count: countMax).update(fromContentsOf: bytes)
    return bytes.count
}

@_silgen_name("LLVMFuzzerMutate")
private func libFuzzerMutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ countMax: Int) -> Int

private enum Splice {
    static let marks = Array("\t\n:,\\".utf8)
    static let words = [
        "\t", "\n", "\\t", "\\n", "\\-", "\\\\", "\\", "\r", "\0", " ", ",", ":", "-", "+", "0", "1", "00", "a", "F",
        "9223372036854775807", "9223372036854775808", "\t\\-", "\\t1", "é", "ok", "chain",
    ].map { Array($0.utf8) }
}
