import SyncProtocol
import Testing

struct RightsOfferTests {
    @Test(arguments: [(false, false), (false, true), (true, false), (true, true)])
    func rightsAreSpokenOfOnlyWhereBothOfferThem(hubOffers: Bool, nodeOffers: Bool) throws {
        let pair = try EnginePair(seed: 1, hubOffersRights: hubOffers, nodeOffersRights: nodeOffers)
        try pair.connect()
        guard case .hello(let hello)? = pair.toHub.first else {
            Issue.record("no HELLO")
            return
        }
        // It has nothing yet, and would begin with an image.
        #expect(hello.features == (nodeOffers ? ["deflate", "rights", "image"] : ["deflate", "image"]))
        try pair.handOverToHub()
        guard case .welcome(let welcome)? = pair.toNode.first else {
            Issue.record("no WELCOME")
            return
        }
        #expect(welcome.features == (hubOffers && nodeOffers ? ["deflate", "rights"] : ["deflate"]))
    }
}
