import Replication
import Testing

@Suite struct PictureTests {
    @Test func concurrentEditsStandBesideEachOther() {
        #expect("A1 name=Li | B1 name=Wang".replica().state.picture == "name=Li@A1 name=Wang@B1")
    }

    @Test func aLaterWriteThatSawBothLeavesOne() {
        #expect("A1 name=Li | B1 name=Wang | A2 name=Lin > A1 B1".replica().state.picture == "name=Lin@A2")
    }

    @Test func aLaterWriteThatSawOneLeavesTheOther() {
        #expect(
            "A1 name=Li | B1 name=Wang | A2 name=Lin > A1".replica().state.picture == "name=Lin@A2 name=Wang@B1")
    }

    @Test func renamingAMemberDoesNotTouchThePhone() {
        #expect("A1 name=Li phone=138 | B1 name=Lin > A1".replica().state.picture == "name=Lin@B1 phone=138@A1")
    }

    @Test func anElementAddedAgainMeanwhileStays() {
        #expect("A1 tag/vip=+ | B1 tag/vip- > A1 | C1 tag/vip=+ > A1".replica().state.picture == "tag/vip=+@C1")
    }

    @Test func elementsOfASetDoNotMeet() {
        #expect("A1 tag/vip=+ | B1 tag/new=+".replica().state.picture == "tag/new=+@B1 tag/vip=+@A1")
    }

    @Test func whatWasReplacedBeforeItCameDoesNotShow() {
        var replica = "B1 name=Lin > A1".replica()
        #expect(replica.state.replacedEarly.count == 1)
        replica.receive("A1 name=Li".delta())
        #expect(replica.state.picture == "name=Lin@B1")
        #expect(replica.state.replacedEarly.isEmpty)
    }

    /// A1 wrote a phone, so there was nothing for B1 to replace in the name.
    @Test func aReplacedDotThatWroteElsewhereLeavesNoTrace() {
        let (a, b) = ("A1 phone=138".delta(), "B1 name=Lin > A1".delta())
        #expect(Replica.receiving([a, b]).state == Replica.receiving([b, a]).state)
    }

    @Test func aRepeatedOperationAddsNothing() {
        let once = "A1 name=Li | A2 name=Lin > A1"
        #expect((once + " | A1 name=Li").replica().state == once.replica().state)
    }
}
