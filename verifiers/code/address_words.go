package code

import "strings"

// The words of addresses, folded and without full stops: the official and usual
// ones of the countries' postal services.

// streetPrefixes stand before the name of a street.
var streetPrefixes = words(wordSet(`rua r calle c cl avda avenida av ave avenue avenija plaza pza plza paseo ronda camino carretera ctra travesia glorieta rambla alameda callejon
	pasaje cuesta privada prolongacion circuito calzada calz cerrada periferico eje jr jiron carrera cra kr diagonal transversal bulevar boulevard boul blvd bd bv bvar bul
	via viale v.le piazza piazzale corso c.so largo vicolo strada contrada borgo lungomare lungotevere lungarno salita traversa travessa praca pca estrada rodovia beco praceta
	ladeira rotunda urbanizacao rue place pl quai cours route rte chemin ch impasse allee allees passage square sentier ruelle esplanade promenade faubourg voie chaussee
	ul ulica ulice aleja al aleje os osiedle plac pl nam namesti nabrezi nabr trida tr trg cesta str strada bdul b-dul bulevardul aleea calea sos soseaua splaiul piata intr intrarea
	ул улица просп проспект пр пр-т пр-кт пер переулок наб набережная бул бульв бульвар б-р ш шоссе пл площадь алл аллея вул вулиця провулок пров площа набережна проезд туп тупик
	οδος λεωφορος λεωφ λεωφορου πλατεια πλ παροδος jalan jl jln gang gg duong pho hem ngo steeg platz
	شارع طريق كورنيش نهج ساحة ميدان درب خیابان بلوار کوچه רחוב רח דרך שדרות שד סמטת ถนน ซอย मार्ग`))

// streetOpeners begin the names of streets in German, in capitals.
var streetOpeners = words(wordSet(`am im an auf in zum zur unter hinter vor bei beim alte alter neue grosse kleine obere untere`))

// streetSuffixes end the name of a street as a word of their own.
var streetSuffixes = words(wordSet(`street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter tce way parkway pkwy circle cir highway hwy
	trail trl crescent cres close grove gardens gdns mews row walk alley plaza loop turnpike pike route parade pde quay rise esplanade esp promenade broadway
	strasse str weg platz allee gasse ring damm ufer markt chaussee straat laan plein kade gracht dijk singel vej gade alle plads torv gata gate vei vag vagen gatan torg torget stigen plass
	utca u ut utja ter tere korut krt koz setany sor sugarut rakpart fasor caddesi cad cd sokak sokagi sok sk bulvari blv mahallesi mah meydani
	ulica ulice namesti namestie nam trida cesta nabrezi trg katu tie polku kuja tori
	улица ул проспект просп переулок пер набережная наб бульвар шоссе площадь пл аллея проезд вулиця провулок площа тракт линия тупик
	gatve iela bulvaris prospekts g pr tanav mnt maantee puiestee tn tee prospekti kucesi marg road nagar`))

// streetEndings end the name of a street that is one word.
var streetEndings = strings.Fields(`strasse str weg platz allee gasse damm ufer steig stieg chaussee promenade markt tor graben
	straat laan plein kade gracht dijk singel steeg dreef vagen gatan grand stigen torget gata veien vegen vei veg gate gaten plass bakken svingen lia
	vej vejen gade gaden straede vaenget toften parken katu tie kuja polku raitti gatu`)

// streetParticles stand in lower case inside the name of a street or a town.
var streetParticles = words(wordSet(`de la las los del da do dos das di della dei delle degli e y i al lui des du le les l d et en a au aux van den der dem am an im in zum zur ob bei
	of the on upon under sur sous nad pod the te ten ter aan op y san santa do og och`))

// streetAbbreviations take a full stop.
var streetAbbreviations = words(wordSet(`av ave avda st rd blvd boul bd bv bul pl pza plza ctra calz str ul al os nam tr cad cd sok sk blv mah jl gg r c cl no n nr hwy dr ln ct sq ter pr
	ул просп пр пер наб бул бульв ш пл алл вул пров г м д кв οδ λεωφ πλ krt u ste mt ft col dpto dept`))

// houseMarkers stand between street and house number.
var houseMarkers = words(wordSet(`no n nº n° no° num numero nr nro n.º c.p cp cp br № number hausnr numero nom d д дом буд будинок ap numer αρ αριθ nº. h hno`))

// townMarkers stand before a town.
var townMarkers = words(wordSet(`г гор город м місто с село пос пгт п гр mun mpio loc tp`))

// unitWords stand before the number or name of a flat, floor, building or quarter.
var unitWords = words(wordSet(`apt apto apartment appt app suite ste unit flat floor fl room rm bldg building lgh leil bte boite boite box piso pta puerta planta depto dpto dto int interior interno scala bloco bl bloque esc sc et ap apart кв квартира корп корпус стр строение подъезд подезд офис оф эт этаж под д буд дом бл вх ет ап daire kat blok d m lok lokal byt dv em ajto ajto fsz hus oppg top stiege tur tur stg whg hinterhaus vorderhaus shop lot level no block blk tower wing sector phase col colonia fracc barrio bairro urb quan quan phuong phuong q p kel kec rt rw דירה شقة หมู่ หม`))
