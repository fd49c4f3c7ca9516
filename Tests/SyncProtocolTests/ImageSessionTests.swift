import LineCodec
import Replication
import SyncProtocol
import Testing

/// A database instead of the log, as the two sides speak of it.
struct ImageSessionTests {
    private static let bytes = Array("SQLite format 3".utf8)
    private static let offer = ImageOffer(
        position: Example.at(30), format: "branchline-2", bytes: 100, hash: [UInt8](repeating: 7, count: 32))

    private static func hub(agreed: Bool = true) -> HubSession {
        var session = HubSession(peer: Example.node, nowMilliseconds: 0)
        let features = [Protocol.image]
        _ = session.receive(.hello(Example.hello(features: features)))
        _ = session.admit(
            Example.hello(features: features), as: Example.welcome(features: agreed ? features : []))
        return session
    }

    private static func node(agreed: Bool = true) -> NodeSession {
        var session = NodeSession.open(
            with: Example.hello(features: [Protocol.image]), nowMilliseconds: 0
        ).session
        _ = session.receive(.welcome(Example.welcome(features: agreed ? [Protocol.image] : [])))
        return session
    }

    private static func fetch(_ from: UInt64, _ through: UInt64) -> Message {
        .fetch(ImageFetch(hash: offer.hash, from: from, through: through))
    }

    // MARK: The hub

    @Test func theHubLendsAsFarAsTheNodeHasRoom() {
        var hub = Self.hub()
        #expect(hub.lendsImage && !hub.bringsLog)
        #expect(hub.offer(Self.offer) == [.send(.image(Self.offer))])
        #expect(hub.offer(Self.offer) == [])
        #expect(hub.receive(Self.fetch(20, 60)) == [.fetch])
        #expect(hub.lend(chunkBytesMax: 25) == nil, "something of the log is still to be sent")
        _ = hub.deliver([], own: [], through: 30)
        #expect(hub.lend(chunkBytesMax: 25) == 20..<45)
        #expect(hub.lend(chunkBytesMax: 25) == 45..<60)
        #expect(hub.lend(chunkBytesMax: 25) == nil)
        #expect(hub.receive(Self.fetch(45, 500)) == [.fetch])
        #expect(hub.lend(chunkBytesMax: 500) == 60..<100)
        #expect(hub.lend(chunkBytesMax: 500) == nil)
    }

    @Test func aChunkIsNeverLongerThanTheLimit() {
        var hub = Self.hub()
        let large = ImageOffer(
            position: Example.at(0), format: "x", bytes: 1 << 30, hash: Self.offer.hash)
        _ = hub.offer(large)
        _ = hub.receive(Self.fetch(0, Limits.imageWindowBytesMax))
        #expect(hub.lend(chunkBytesMax: .max) == 0..<UInt64(Limits.chunkBytesMax))
    }

    @Test(arguments: [
        fetch(101, 101), fetch(50, 40), fetch(0, Limits.imageWindowBytesMax + 1), fetch(70, 90), fetch(10, 30),
        .fetch(ImageFetch(hash: [UInt8](repeating: 8, count: 32), from: 0, through: 1)),
    ])
    func whatCannotBeMeantEndsTheDialogue(message: Message) {
        var hub = Self.hub()
        _ = hub.offer(Self.offer)
        _ = hub.receive(Self.fetch(0, 60))
        _ = hub.deliver([], own: [], through: 30)
        #expect(hub.lend(chunkBytesMax: 60) == 0..<60)
        #expect(
            hub.receive(message) == [.send(.error(.unexpected, detail: "that image is not to be had so")), .close])
    }

    @Test func nothingIsLentThatWasNotAgreedTo() {
        var hub = Self.hub(agreed: false)
        #expect(hub.bringsLog && !hub.lendsImage)
        #expect(hub.offer(Self.offer) == [])
        #expect(hub.receive(Self.fetch(0, 60)).last == .close)
    }

    @Test func besideAnImageThereIsNoMark() {
        var hub = Self.hub()
        #expect(hub.mark(Mark(position: 0, digest: 1)) == [])
        hub = Self.hub(agreed: false)
        #expect(hub.mark(Mark(position: 0, digest: 1)) == [.send(.mark(Mark(position: 0, digest: 1)))])
    }

    // MARK: The node

    @Test func theNodeTakesWhatItAskedForInOrder() {
        var node = Self.node()
        #expect(node.fetch(from: 0, through: 10) == [], "nothing has been offered")
        #expect(node.receive(.image(Self.offer)) == [.offered(Self.offer)])
        #expect(node.fetch(from: 20, through: 50) == [.send(Self.fetch(20, 50))])
        let chunk = ImageChunk(offset: 20, bytes: Self.bytes)
        #expect(node.receive(.chunk(chunk)) == [.chunk(chunk)])
        #expect(node.bytesStillToCome == 15)
        #expect(node.fetch(from: 35, through: 50) == [], "no more than before")
        #expect(node.fetch(from: 35, through: 400) == [.send(Self.fetch(35, 100))])
    }

    @Test(arguments: [(19, 1), (21, 1), (20, 31)] as [(UInt64, Int)])
    func aPieceThatWasNotAskedForEndsTheDialogue(offset: UInt64, count: Int) {
        var node = Self.node()
        _ = node.receive(.image(Self.offer))
        _ = node.fetch(from: 20, through: 50)
        let chunk = ImageChunk(offset: offset, bytes: [UInt8](repeating: 0, count: count))
        #expect(node.receive(.chunk(chunk)).last == .close)
    }

    @Test func anImageThatNobodyWantsEndsTheDialogue() {
        var node = Self.node(agreed: false)
        #expect(node.receive(.image(Self.offer)).last == .close)
        node = Self.node()
        _ = node.receive(.image(Self.offer))
        #expect(node.receive(.image(Self.offer)).last == .close, "a second one")
        node = Self.node()
        let endless = ImageOffer(
            position: Example.at(30), format: "x", bytes: Limits.imageBytesMax + 1, hash: Self.offer.hash)
        #expect(node.receive(.image(endless)).last == .close)
        node = Self.node()
        let other = ImageOffer(
            position: Example.at(30, in: EpochID(9)), format: "x", bytes: 1, hash: Self.offer.hash)
        #expect(node.receive(.image(other)).last == .close, "another hub's")
    }

    @Test func besideAnImageTheLogComesOnlyUpToIt() {
        let own = Example.entry(30, Example.operation(1, of: Example.neighbour, audience: .nodes([NodeID(17)])))
        var node = Self.node()
        _ = node.receive(.image(Self.offer))
        #expect(node.borrowsImage)
        #expect(node.receive(.entry(own)) == [.apply(.entry(own))])
        let later = Example.entry(31, Example.operation(2, of: Example.neighbour))
        #expect(node.receive(.entry(later)).last == .close)
        node = Self.node()
        #expect(node.receive(.entry(own)).last == .close, "before the image is announced")
        node = Self.node()
        #expect(node.receive(.mark(Mark(position: 40, digest: 0))).last == .close)
    }

    // MARK: On the line

    @Test func aChunksBytesStandBehindItsLineAsTheyAre() throws {
        let chunk = Message.chunk(ImageChunk(offset: 12, bytes: Array("a\tb\n\\ZIP\t".utf8)))
        let sent = Message.ping(1).frame() + chunk.frame() + Message.ping(2).frame()
        #expect(chunk.frame() == Array("CHUNK\t12\t9\na\tb\n\\ZIP\t".utf8))
        for pieceBytes in [1, 3, 7, sent.count] {
            var reader = FrameReader(allowsChunks: true)
            var read: [Message] = []
            for start in stride(from: 0, to: sent.count, by: pieceBytes) {
                reader.receive(sent[start..<min(start + pieceBytes, sent.count)])
                while case .message(let message)? = try reader.next() { read.append(message) }
            }
            #expect(read == [.ping(1), chunk, .ping(2)])
            #expect(reader.isBetweenFrames)
        }
    }

    @Test(arguments: ["CHUNK\t0\t262145\n", "CHUNK\t0\t0\n", "CHUNK\t00\t1\n", "CHUNK\t0\t1\t1\n", "CHUNK\t0\n"])
    func aChunkThatCannotBeMeantIsRefusedBeforeItsBytes(line: String) {
        var reader = FrameReader(allowsChunks: true)
        reader.receive(line.utf8)
        #expect(throws: LineError.self) { try reader.next() }
    }

    @Test func onlyTheHubMaySendChunks() {
        var reader = FrameReader()
        reader.receive("CHUNK\t0\t1\nx".utf8)
        #expect(throws: LineError.unknownVerb("CHUNK")) { try reader.next() }
    }

    @Test func anImageIsTheLastLane() {
        let chunks = [0, 1].map { Message.chunk(ImageChunk(offset: $0, bytes: [1])) }
        let question = Message.ask(Question(id: 1, words: []))
        let log = Message.mark(Mark(position: 1, digest: 0))
        #expect(Lane.ordered([chunks[0], log, chunks[1], question, .bye]) == [question, log, .bye] + chunks)
    }
}
