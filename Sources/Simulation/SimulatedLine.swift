import LineCodec
import SyncProtocol

/// One connection: two pipes of bytes, and two ends that do not have to agree on whether it still stands.
struct SimulatedLine {
    enum Caller: Equatable { case node(Int), outlaw }

    enum End: Int { case hub, caller }

    let number: Int
    let caller: Caller
    /// Which start of the caller's process has dialled.
    let incarnation: Int
    var isOpenAtHub = true
    var isOpenAtCaller = false
    var toHub = Pipe()
    var toCaller = Pipe(reader: FrameReader(allowsChunks: true))

    var id: ConnectionID { ConnectionID(UInt64(number)) }

    func isOpen(at end: End) -> Bool {
        switch end {
        case .hub: isOpenAtHub
        case .caller: isOpenAtCaller
        }
    }

    mutating func close(at end: End) {
        switch end {
        case .hub: isOpenAtHub = false
        case .caller: isOpenAtCaller = false
        }
    }

    subscript(pipeTo end: End) -> Pipe {
        get {
            switch end {
            case .hub: toHub
            case .caller: toCaller
            }
        }
        set {
            switch end {
            case .hub: toHub = newValue
            case .caller: toCaller = newValue
            }
        }
    }
}

extension SimulatedLine.End {
    var other: Self {
        switch self {
        case .hub: .caller
        case .caller: .hub
        }
    }
}

/// One direction: chunks arrive in order, whole, until no more do.
struct Pipe {
    enum Chunk { case bytes([UInt8]), end }

    private var chunks: [Chunk] = []
    private var taken = 0
    var lastArrivalMilliseconds: UInt64 = 0
    /// Nothing that is sent arrives any more, and nobody is told.
    var isSilent = false
    /// The line ends after so many further bytes; nil where it was not doomed.
    var bytesLeft: Int?
    /// At its end nobody is told.
    var endsSilently = false
    /// At the receiving end.
    var reader = FrameReader()

    init(reader: FrameReader = FrameReader()) { self.reader = reader }

    mutating func put(_ chunk: Chunk) { chunks.append(chunk) }

    mutating func take() -> Chunk? {
        guard taken < chunks.count else { return nil }
        defer {
            taken += 1
            if taken == chunks.count {
                chunks.removeAll(keepingCapacity: true)
                taken = 0
            }
        }
        return chunks[taken]
    }

    /// Cuts what is about to be sent to what still gets through. True where the line breaks then, audibly.
    mutating func shorten(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard let left = bytesLeft else { return false }
        bytesLeft = max(0, left - bytes.count)
        guard bytes.count >= left else { return false }
        bytes = bytes.prefix(left)
        isSilent = true
        return !endsSilently
    }
}
