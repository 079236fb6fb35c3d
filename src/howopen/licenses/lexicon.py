"""A small list of our own words, so that a change in a text can be spelled out.

The index keeps only hashes of words. A word of the published text that is missing from a user's
copy is spelled from the rest of that copy, or from this list: numbers, negations, modal verbs,
units and common words of contracts.
"""

from __future__ import annotations

import functools

from howopen.licenses.words import word_hash

_WORDS = """
a able about above accept accepted acceptance access according act acts additional affiliate
affiliates after against agree agreed agreement all allow allowed also alter always an and annual
another any anyone api applicable apply are as at attribute attribution author authority
authorization authorized available away be been before below benefit beyond billion both breach
brought but by calendar can cannot cause cease change changed changes claim claims clause code
combine come commercial commercially community company competitive compliance comply condition
conditions consent consequential contract contribution contributor contributors controlled copies
copy copyright country court create data damages date day days deal delete derivative derivatives
derived develop direct disclaim disclaimer display distill distribute distributed distribution do
document documentation does dollar dollars domain download each education either employ employer
end ends enforce engage entire entity euro european even every evidence except exceed exceeds
exclusive exclusively exercise existing express expressly extent fair fee fees field file files
filed fine first fit for form free from further general give given good govern governing
government grant granted grants greater half has have hereby herein hereof hold holder holders
host hosted how however hundred if immediately implied import improve in including income
incorporated indemnify indirect individual infringe infringement infringing institute intellectual
intended interest into invalid irrevocable is issue it its itself jurisdiction kind language large
law lawful laws lawsuit least legal less liability liable license licensed licensee licenses
licensing licensor limit limitation limited limits litigation location loss made make makes making
mark marks material materials may mean means member merge military million mine minimum model
models modification modifications modified modify month monthly months more most must name names
necessary neither never new no non none noncommercial nor not nothing notice notices notify
notwithstanding number object obligation of offer offered on once one only open operate or order
organization original other others otherwise our out output outputs over own owned owner owners
ownership part parties party patent patents pay payment per percent perform permission permissions
permit permits permitted perpetual person personal persons policy portion possible practice
preceding prior private product production products program prohibit prohibited property
proprietary protect provide provided provides provision provisions public publicly publish
published purpose purposes quarter reasonable receive received recipient recipients redistribute
redistribution regardless register registered relating release remain remove removed reproduce
reproduction request require required requires research reserve reserved resell respect restrict
restricted restriction restrictions result results retain retained revenue revocable revoke right
rights royalties royalty rule sale same scope second section sections sell separate served service
services set shall share should similar so software sold sole solely some source state statement
states statute sublicensable sublicense sublicensing subject subsidiaries substantial
substantially such sue suit survive take tax term terminate terminated terminates termination
terms than that the their them then there thereafter therefore thereof these they third thirty
this those though thousand through time title to together total trademark trademarks train
training transfer transferable trillion under unless unlimited until up upon us usd use used user
users uses using valid verbatim version violate violation void waive waived waiver want warranties
warranty was way we week weeks weights were when where whether which while who whole whom whose
will with within without work works world worldwide would writing written year years you your
yourself zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen twenty forty fifty sixty seventy eighty ninety united
kingdom korea china japan germany france ireland california delaware york london january february
march april june july august september october november december south north union eu eea uk usa
"""


@functools.cache
def common_words() -> dict[int, str]:
    """Return the list's words by their hashes, with numbers up to 2,100 and round ones above."""
    words = _WORDS.split()
    numbers = [str(number) for number in range(2_101)]
    numbers += [f"{number:02d}" for number in range(10)] + ["000", "000000", "10000", "100000"]
    letters = [chr(97 + at) for at in range(26)] + ["ii", "iii", "iv", "vi", "vii", "viii", "ix"]
    return {word_hash(word): word for word in (*numbers, *letters, *words)}
