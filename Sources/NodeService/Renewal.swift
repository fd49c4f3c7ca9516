/// When a node asks for a new certificate.
package enum Renewal {
    /// Long enough that a shop may be closed for weeks, or headquarters be away, without anybody noticing.
    package static let daysBeforeEnd: Int64 = 30
    /// How often a line that never breaks is asked about.
    static let checkEveryHours: Int64 = 24

    /// True for a certificate that ends soon or has ended.
    package static func isDue(notAfterSeconds: Int64, nowSeconds: Int64) -> Bool {
        let (left, overflowed) = notAfterSeconds.subtractingReportingOverflow(nowSeconds)
        return overflowed ? notAfterSeconds < nowSeconds : left < daysBeforeEnd * secondsPerDay
    }

    /// True where the hub would let the node say nothing but RENEW.
    package static func isOverdue(notAfterSeconds: Int64, nowSeconds: Int64) -> Bool { notAfterSeconds < nowSeconds }

    private static let secondsPerDay: Int64 = 86_400
}
