import Replication
import SyncProtocol
import Testing

/// The dialogues of `protocol/transcripts`, each through codec and session.
struct TranscriptTests {
    private static let folder = "protocol/transcripts"

    static let names = (try? Repository.files(in: folder)) ?? []

    @Test func thereAreTranscripts() { #expect(Self.names.count > 20) }

    @Test(arguments: names)
    func ourSideSaysWhatTheTranscriptSays(name: String) throws {
        let transcript = try Self.transcript(name)
        var player: any TranscriptPlayer = Self.player(of: transcript.side)
        for step in transcript.steps { try Self.play(step, &player) }
        #expect(player.due == [])
    }

    @Test(arguments: names)
    func anHonestNodeSaysItsPartToo(name: String) throws {
        let transcript = try Self.transcript(name)
        guard transcript.side == .hubFacingNode, !transcript.peerLies else { return }
        var player: any TranscriptPlayer = NodePlayer()
        for step in transcript.steps { try Self.play(Self.turned(step), &player) }
        #expect(player.due == [])
    }

    private static func transcript(_ name: String) throws -> Transcript {
        try Transcript(name: name, text: Repository.text("\(folder)/\(name)"))
    }

    private static func player(of side: Transcript.Side) -> any TranscriptPlayer {
        switch side {
        case .hubFacingNode: HubPlayer(facing: Example.node)
        case .hubFacingExpiredNode: HubPlayer(facing: .expired(NodeID(17), serial: "5e"))
        case .hubFacingNewcomer: HubPlayer(facing: .newcomer(publicKey: [1]))
        case .node: NodePlayer()
        }
    }

    private static func play(_ step: Transcript.Step, _ player: inout any TranscriptPlayer) throws {
        switch step {
        case .peer(let line): try player.hear(line)
        case .us(let line): try player.say(line)
        case .bytes(let bytes): try player.pass(bytes)
        case .pass(let seconds): player.pass(seconds: seconds)
        case .lineBreaks: player.breakLine()
        case .closed: #expect(player.isClosed)
        }
    }

    private static func turned(_ step: Transcript.Step) -> Transcript.Step {
        switch step {
        case .peer(let line): .us(line)
        case .us(let line): .peer(line)
        case .bytes, .pass, .lineBreaks, .closed: step
        }
    }
}
