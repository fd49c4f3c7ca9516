import Localization
package import Loyalty

package enum BusinessDay {
    /// Nil for a zone that this machine does not know.
    ///
    /// - Parameter zone: IANA name.
    package static func of(_ milliseconds: UInt64, zone: String) -> CivilDate? {
        ChainCalendar(zone: zone)?.businessDate(ofMilliseconds: milliseconds)
    }
}
