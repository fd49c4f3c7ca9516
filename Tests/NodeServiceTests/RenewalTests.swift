import NodeService
import Testing

/// When a certificate is renewed: a question of two times.
@Suite struct RenewalTests {
    private static let now: Int64 = 1_700_000_000
    private static let day: Int64 = 86_400

    @Test(arguments: [
        (days: 365, isDue: false), (30, false), (29, true), (1, true), (0, true), (-1, true), (-3_650, true),
    ])
    func aCertificateIsRenewedInItsLastThirtyDaysAndAfter(days: Int64, isDue: Bool) {
        #expect(Renewal.isDue(notAfterSeconds: Self.now + days * Self.day, nowSeconds: Self.now) == isDue)
    }

    @Test func oneSecondDecides() {
        let limit = Self.now + Renewal.daysBeforeEnd * Self.day
        #expect(!Renewal.isDue(notAfterSeconds: limit, nowSeconds: Self.now))
        #expect(Renewal.isDue(notAfterSeconds: limit - 1, nowSeconds: Self.now))
    }

    /// As the hub decides: the last second is still good.
    @Test func aCertificateIsOverdueOnceItHasEnded() {
        #expect(!Renewal.isOverdue(notAfterSeconds: Self.now, nowSeconds: Self.now))
        #expect(Renewal.isOverdue(notAfterSeconds: Self.now - 1, nowSeconds: Self.now))
    }

    @Test func clocksThatCannotBeRightDoNotOverflow() {
        #expect(!Renewal.isDue(notAfterSeconds: .max, nowSeconds: -1))
        #expect(Renewal.isDue(notAfterSeconds: .min, nowSeconds: 1))
    }
}
