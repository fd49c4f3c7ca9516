import LineTransport
import Logging
import NIOCore
import NodeEngine

/// Calling the hub, with a certificate that it will take.
extension NodeService {
    /// A certificate that ends soon is renewed first; where that fails, the old one serves as long as it lasts.
    func connect() throws {
        let settings = try configuration.directory.settings()
        // Read each time: somebody may have renewed it by hand.
        let identity = try configuration.directory.identity()
        guard let due = renewal(of: identity, at: settings) else { return call(settings, as: identity) }
        due.whenComplete { [weak self] result in
            switch result {
            case .success(let renewed): self?.call(settings, as: renewed)
            case .failure(let error): self?.goOn(without: error, at: settings, as: identity)
            }
        }
    }

    /// On a line that has stood for so long that its certificate ends: the next line will use the new one.
    func renewIfDue() {
        guard let settings = try? configuration.directory.settings(),
            let identity = try? configuration.directory.identity(),
            let due = renewal(of: identity, at: settings)
        else { return }
        due.whenFailure { [weak self] error in self?.logFailedRenewal(error) }
    }

    private func call(_ settings: NodeDirectory.Settings, as identity: Identity) {
        guard let trust = identity.trust else { return }
        connector?.connect(host: settings.hubHost, port: settings.hubPort, identity: identity, trust: trust)
    }

    /// Nil where the certificate lasts.
    private func renewal(
        of identity: Identity, at settings: NodeDirectory.Settings
    ) -> EventLoopFuture<Identity>? {
        let now = configuration.certificateNowSeconds
        guard let trust = identity.trust, Renewal.isDue(notAfterSeconds: identity.notAfterSeconds, nowSeconds: now())
        else { return nil }
        let (directory, logger) = (configuration.directory, configuration.logger)
        return Enrolment(group: configuration.group, nowSeconds: now)
            .renew(identity, trust: trust, host: settings.hubHost, port: settings.hubPort)
            .flatMapThrowing { certificate in
                let renewed = try directory.renew(identity, certificate: certificate)
                logger.notice("certificate renewed", metadata: ["until": "\(renewed.notAfterSeconds)"])
                return renewed
            }
    }

    private func goOn(without error: any Error, at settings: NodeDirectory.Settings, as identity: Identity) {
        logFailedRenewal(error)
        let now = configuration.certificateNowSeconds()
        guard Renewal.isOverdue(notAfterSeconds: identity.notAfterSeconds, nowSeconds: now) else {
            return call(settings, as: identity)
        }
        post(.connectFailed("the certificate has ended and is not renewed: \(Self.words(error))"))
    }

    private func logFailedRenewal(_ error: any Error) {
        configuration.logger.warning("certificate not renewed", metadata: ["reason": "\(Self.words(error))"])
    }

    private static func words(_ error: any Error) -> String {
        (error as? Enrolment.Failure)?.words ?? "\(error)"
    }
}
