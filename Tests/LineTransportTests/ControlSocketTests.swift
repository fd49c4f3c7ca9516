import Foundation
import Glibc
import SyncProtocol
import Testing

@testable import LineTransport

@Suite(.timeLimit(.minutes(1))) struct ControlSocketTests {
    @Test func theAdministratorAsksAndIsAnswered() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/control.sock"
        var (service, command) = (EventLog(), EventLog())
        let listener = try LineListener.listen(socketPath: path, settings: service.settings)
        #expect(try directory.mode(of: "control.sock") == 0o600)
        LineConnector(settings: command.settings).connect(socketPath: path)
        let (asking, _) = try await command.opened()
        asking.send([.request(id: 1, arguments: ["status"])])
        let (answering, peer) = try await service.opened()
        #expect(peer == .administrator)
        #expect(try await service.messages(1) == [.request(id: 1, arguments: ["status"])])
        answering.send([.done(id: 1)])
        answering.closeAfterSending()
        #expect(try await command.messagesUntilClosed() == [.done(id: 1)])
        try await service.closed()
        listener.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aDeadServicesSocketIsReplacedAndALivingOnesIsNot() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/control.sock"
        let log = EventLog()
        Glibc.close(try ControlSocket.bind(path: path))
        let listener = try LineListener.listen(socketPath: path, settings: log.settings)
        #expect(throws: TransportError.socketInUse(path: path)) {
            try LineListener.listen(socketPath: path, settings: log.settings)
        }
        let still = try Socket.connect(path: path)
        withExtendedLifetime(still) { listener.stop() }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/control.sock"
        try "precious".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: TransportError.notASocket(path: path)) {
            try LineListener.listen(socketPath: path, settings: EventLog().settings)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test func aPathThatIsTooLongIsToldBeforeAnythingIsTried() {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        #expect(throws: TransportError.socketPathTooLong(path: path, bytesMax: 107)) {
            try LineListener.listen(socketPath: path, settings: EventLog().settings)
        }
    }

    @Test func withoutAServiceACommandIsToldSo() async throws {
        var log = EventLog()
        LineConnector(settings: log.settings).connect(socketPath: "/tmp/there-is-no-such-socket")
        #expect(try await log.failed() == .unreachable("No such file or directory"))
    }
}
