/// What a till may ask of its node, in numbers.
enum TillLimits {
    /// A sale of 2,000 lines takes about 200 KB; nothing else comes near.
    static let bodyBytesMax = 256 << 10
    /// A request's deepest value stands four levels down.
    static let jsonDepthMax = 8
    /// A token, a language and whatever a POS adds.
    static let headerBytesMax = 16 << 10
    static let headerFieldsMax = 100
    /// A shop has a few dozen tills; what is beyond waits in the backlog.
    static let connectionsMax = 256
    static let idleSecondsMax: Int64 = 120
    /// A till's clock may be in the wrong zone, but not in another week.
    static let clockAheadMillisecondsMax: UInt64 = 24 * 3_600_000
    static let reasonCharactersMax = 256
    /// What a member should be told of while there is time.
    static let expiringSoonDays = 30
    /// Years of shopping; whoever wants more asks headquarters.
    static let lotsMax = 500
}
