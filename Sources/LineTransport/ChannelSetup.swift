import NIOCore
import NIOSSL
import SyncProtocol

/// Puts our handlers on a channel, the same on both sides.
struct ChannelSetup: Sendable {
    enum Side: Sendable {
        case server(NIOSSLContext, TrustedAuthority)
        case client(NIOSSLContext, Trust)
        /// The control socket, either end.
        case plain
    }

    let side: Side
    let settings: TransportSettings
    /// Called at most once for each channel, and then instead of `opened`.
    let refuse: @Sendable (ConnectionID, Refusal, _ remoteAddress: String) -> Void

    /// On the channel's thread.
    func install(on channel: any Channel, as id: ConnectionID) throws {
        let admission = admission
        if let tls = try tlsHandler(admission) {
            try channel.pipeline.syncOperations.addHandler(tls, name: TLSContexts.handlerName)
        }
        let refuse = refuse
        let handler = FrameHandler(
            connection: LineConnection(id: id, channel: channel, settings: settings), admission: admission,
            settings: settings, refuse: { refuse(id, $0, $1) })
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private var admission: Admission? {
        switch side {
        case .server(_, let authority): Admission(.nodes(of: authority), nowSeconds: settings.nowSeconds)
        case .client(_, let trust): Admission(.hub(trust), nowSeconds: settings.nowSeconds)
        case .plain: nil
        }
    }

    private func tlsHandler(_ admission: Admission?) throws -> NIOSSLHandler? {
        guard let admission else { return nil }
        switch side {
        case .server(let context, _):
            return NIOSSLServerHandler(context: context) { admission.verify($0, $1) }
        case .client(let context, _):
            return try NIOSSLClientHandler(context: context, serverHostname: nil) { admission.verify($0, $1) }
        case .plain:
            return nil
        }
    }

    var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: settings.limits.unsentBytesLow, high: settings.limits.unsentBytesMax)
    }
}
