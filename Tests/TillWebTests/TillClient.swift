import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import TillWeb

/// A till on the wire: one connection for each request. Whatever it is answered is compared with the description.
struct TillClient {
    let port: Int
    var token: String?
    var language: String?

    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: [UInt8]
        let json: JSON

        var code: String? { json["code"]?.text }
    }

    func get(_ path: String) async throws -> Answer { try await send("GET", path) }
    func post(_ path: String, _ body: JSON) async throws -> Answer { try await send("POST", path, body.bytes) }
    func patch(_ path: String, _ body: JSON) async throws -> Answer { try await send("PATCH", path, body.bytes) }

    func send(_ method: String, _ path: String, _ body: [UInt8]? = nil) async throws -> Answer {
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers.add(name: "host", value: "127.0.0.1:\(port)")
        if let token { head.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let language { head.headers.add(name: "accept-language", value: language) }
        if let body { head.headers.add(name: "content-length", value: String(body.count)) }
        let answer = try await exchange(head, body ?? [])
        for complaint in Description.served.complaints(about: answer, to: method, path) {
            Issue.record("\(method) \(path): \(complaint)")
        }
        return answer
    }

    private func exchange(_ head: HTTPRequestHead, _ body: [UInt8]) async throws -> Answer {
        typealias Line = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let line = try await bootstrap.connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Line(wrappingChannelSynchronously: channel)
            }
        }
        return try await line.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            if !body.isEmpty { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body)))) }
            try await outbound.write(.end(nil))
            return try await Self.answer(inbound, isHead: head.method == .HEAD)
        }
    }

    private static func answer(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, isHead: Bool
    ) async throws -> Answer {
        var head: HTTPResponseHead?
        var body: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let first): head = first
            case .body(let buffer): body += buffer.readableBytesView
            case .end:
                let head = try #require(head)
                let json = isHead || body.isEmpty ? JSON.null : try JSONReader.read(body, depthMax: 32)
                let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
                return Answer(status: Int(head.status.code), headers: headers, body: body, json: json)
            }
        }
        throw CutOff()
    }

    struct CutOff: Error {}
}

extension JSON {
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var items: [JSON] { if case .list(let items) = self { items } else { [] } }
    var texts: [String] { items.compactMap(\.text) }
    var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
