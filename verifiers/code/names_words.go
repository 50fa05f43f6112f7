package code

import "strings"

// wordSet makes a set of the blank-separated words of a text, which are written
// folded (see engine.Fold) as texts are that are looked up in it; underscores
// stand for blanks inside a phrase.
func wordSet(words string) map[string]bool {
	list := strings.Fields(words)
	set := make(map[string]bool, len(list))
	for _, w := range list {
		set[strings.ReplaceAll(w, "_", " ")] = true
	}
	return set
}

// fillers stand in fields of names and places and name nothing.
var fillers = wordSet(`yes true false none null nil unknown undefined other others various misc miscellaneous tbd tba test dummy
	not_available not_applicable not_specified not_given unspecified anonymous city town state country name rural urban suburban`)

// titles stand directly before a name, with or without a full stop.
var titles = wordSet(`mr mrs ms miss mx dr prof professor sir madam dame lord lady rev reverend capt captain sgt lt judge
	senator hon esq doctor nurse officer detective herr frau hr doktor mme mlle monsieur madame mademoiselle maitre me
	sr sra srta don dona senor senora senorita dona sig signor signora signorina dott dottssa avv ing geom senhor senhora
	dhr mevr mevrouw meneer mw pan pani fru froken froken rouva bay bayan sayin bapak ibu pak bu tuan puan
	г-н г-жа господин госпожа товарищ доктор пан пані пани кырия κ κα κυριος κυρια δρ श्री श्रीमती डॉ السيد السيدة الدكتور
	الدكتورة الاستاذ الاستاذة الانسة מר גברת גב ד"ר domnul doamna dl dna ong ba shri smt kumari`)

// stopped titles need their full stop: without it they are other words.
var stoppedTitles = wordSet("m fr st hr dr sr ing me ms κ dl ba bay don hon")

// strongTriggers come before a name of any spelling.
var strongTriggers = []string{
	"my name is", "name's", "my name's", "i'm called", "they call me", "mein name ist", "ich heisse", "ich bin", "je m'appelle", "mon nom est",
	"me llamo", "mi nombre es", "mi chiamo", "il mio nome e", "meu nome e", "me chamo", "chamo-me", "mijn naam is", "ik heet",
	"nazywam sie", "mam na imie", "jag heter", "mitt namn ar", "jeg hedder", "jeg heter", "mit navn er", "mitt navn er",
	"nimeni on", "benim adim", "adim", "ismim", "меня зовут", "мое имя", "мене звати", "με λενε", "το ονομα μου ειναι", "ονομαζομαι",
	"jmenuji se", "volam sa", "ma numesc", "numele meu este", "a nevem", "nama saya", "nama saya adalah", "ten toi la", "zovem se", "ime mi je",
	"казвам се", "मेरा नाम", "اسمي", "اسمي هو", "שמי", "קוראים לי", "dear", "sehr geehrter", "sehr geehrte", "liebe", "lieber", "cher", "chere",
	"querido", "querida", "estimado", "estimada", "gentile", "egregio", "prezado", "prezada", "caro", "cara", "beste", "geachte",
	"drogi", "droga", "szanowny", "szanowna", "kaere", "kara", "kjaere", "уважаемыи", "уважаемая", "дорогои", "дорогая", "шановнии", "шановна",
	"vazeny", "vazena", "stimate", "stimata", "kedves", "tisztelt", "αγαπητε", "αγαπητη", "sayin", "full name", "patient name", "customer name",
	"yours sincerely", "sincerely", "kind regards", "best regards", "regards", "warm regards", "mit freundlichen grussen", "viele grusse",
	"distinti saluti", "un saludo", "un cordial saludo", "muchas gracias", "com os melhores cumprimentos", "med vanlig halsning", "vanliga halsningar",
	"venlig hilsen", "med venlig hilsen", "vennlig hilsen", "med vennlig hilsen", "hilsen", "terveisin", "ystavallisin terveisin", "s pozdravem", "s pozdravom",
	"udvozlettel", "cu stima", "saygilarimla", "з повагою", "με εκτιμηση", "с уважение", "בברכה", "pozdravy", "lep pozdrav", "lugupidamisega", "pagarbiai", "ar cienu",
	"hormat saya", "tran trong", "many thanks", "yours truly", "yours faithfully", "all the best", "mes salutations", "bien cordialement", "freundliche grusse", "grusse",
	"groet", "groeten", "ชื่อ", "คุณ", "ชื่อผู้รับ", "नाम", "नाम है", "الاسم", "اسم",
	"cordialement", "saludos", "atentamente", "cordiali saluti", "atenciosamente", "met vriendelijke groet", "pozdrawiam", "с уважением",
}

// weakTriggers come before a name as well as before other things.
var weakTriggers = []string{
	"name", "i am", "i'm", "this is", "hi", "hello", "hey", "thanks", "cheers", "patient", "customer", "client", "employee", "contact",
	"attn", "attention", "signed", "by", "from", "to", "with", "for", "and", "user", "holder", "cardholder", "beneficiary", "sender", "recipient",
	"member", "tenant", "passenger", "guest", "applicant", "resident", "owner", "author", "manager", "colleague", "friend",
	"nombre", "nom", "nome", "naam", "imie", "namn", "navn", "nimi", "isim", "ad soyad", "имя", "фио", "клиент", "пациент", "ονομα", "jmeno", "nume", "nev",
	"kunde", "kundin", "patientin", "mitarbeiter", "cliente", "paciente", "empleado", "paziente", "client", "je suis", "soy", "sono", "sou", "ik ben", "jestem",
	"bonjour", "salut", "hola", "ciao", "ola", "hallo", "hej", "witam", "merhaba", "привет", "здравствуите", "ahoj", "buna", "szia", "γεια", "von", "de", "di", "para", "per", "pour", "od", "от",
}

// particles belong to a surname in lower case.
var particles = wordSet("de da do dos das del della di du la le van von der den ter ten zu zur vom bin ibn bint al el y e af av st san abu ben")

// surnamePrefixes begin a surname of two words and more.
var surnamePrefixes = wordSet("van von der den ter ten vom zur bin ibn bint mac")

// moreFirstNames and moreLastNames are frequent names of languages that the lists
// of data/ lack.
var (
	moreFirstNames = wordSet(`สมชาย สมศักดิ์ สมหญิง สมพร สมบัติ สมบูรณ์ ประเสริฐ วิชัย สุรชัย อนุชา ณัฐพล ณัฐวุฒิ กิตติ กิตติพงษ์ ธนากร วีระ วีรพงษ์ ชัยวัฒน์ ประยุทธ์ ทักษิณ
		สุรศักดิ์ พงศกร ศักดิ์ชัย นพดล ธีรพงษ์ อภิชาติ วรวุฒิ ปิยะ ศิริพร สุดา สุนีย์ มาลี วันดี นภา พิมพ์ใจ กมล กัญญา รัตนา อรุณ อรุณี สุภาพร จันทร์ นงลักษณ์ วราภรณ์ ปรียา ยุพา
		พรทิพย์ อัญชลี ลัดดา สุวรรณา จิราพร วิไล ณัฐธิดา กนกวรรณ
		thandiwe sipho kagiso nomsa lerato thabo themba bongani sibusiso mandla zanele nomvula lindiwe ayanda nkosana tshepo riaan pieter johan annelie hennie
		yagmur cagla oguzhan ozge tugba cigdem buse`)
	moreLastNames = wordSet(`ศรีสุวรรณ ทองสุข แก้วมณี บุญมา วงศ์สวัสดิ์ สุขสวัสดิ์ ใจดี มีสุข แสงทอง ทองดี บุญเรือง ศรีสุข จันทร์เพ็ญ พรหมมา สายทอง คำแก้ว วงษ์สุวรรณ ชินวัตร จันทร์โอชา
		สุวรรณ รัตนพันธ์ ชัยมงคล บุญญา ไชยวงศ์ อินทร์แก้ว ทองคำ สมบูรณ์ สุวรรณรัตน์ ศรีวงศ์
		남궁 황보 제갈 선우 독고 사공 서문 동방
		mokoena nkosi dlamini zulu khumalo ndlovu sithole mkhize mabaso naidoo pillay govender coetzee botha venter pretorius kruger steyn`)
)

// notAfter are words that make a capitalised group an organisation, a place or
// a thing when they are in it or follow it.
var notAfter = wordSet(`inc ltd llc llp plc corp corporation company co gmbh ag kg ohg ug ev sa sas sarl srl spa bv nv ab as oy aps kft zrt sro doo
	group holdings partners associates sons brothers bros industries solutions systems technologies services consulting bank insurance
	university college school institute academy hospital clinic airport station church cathedral museum library stadium hotel restaurant cafe bar
	street st road rd avenue ave boulevard blvd lane ln drive square place court way highway bridge park river lake mountain island bay valley hills
	county city town village state province district region republic kingdom
	strasse str platz weg allee gasse ring award prize cup league club fc united foundation trust act law bill theorem effect disease syndrome
	street's day week month year edition version release project team department office ministry committee council agency court
	server service manager table report invoice order product model series album song film movie book magazine times news press journal
	farm farms dealers dealership association controls hire rentals motors foods bakery brewery pharmacy winery logistics realty properties studios studio labs laboratories
	society union federation alliance network media agency collective supply supplies stores store shop outlet
	os edition sponge ham wool oak pine cotton leather linen blanket table chair armchair desk sofa bench stool shelf lamp rug pillow mattress towel
	boots shoes sneakers sandals shirt jacket coat dress jeans trousers socks hat gloves scarf backpack bag wallet mug bottle kettle pan knife spoon fork plate bowl jar
	bread cake cookies biscuits cheese sauce soup mix tea coffee beer wine juice oil vinegar chocolate candy sausage bacon salad pie pudding jam honey cereal
	battery charger cable adapter headphones speaker keyboard mouse monitor laptop tablet camera printer router drill hammer screwdriver saw paint
	bike bicycle scooter tent soap shampoo lotion cream perfume candle toy puzzle board kit set pack box bundle
	api sdk app software framework language protocol data code error exception warning
	universitat universitaet universite universidad universidade universita universiteit uniwersytet universitet universitesi universiteti
	hochschule akademie academie academia accademia akademiyasi fakultat faculte facultad instituto instytut lycee gymnasium mektebi`)

// streetWords begin or end the name of a street or a building.
var streetWords = wordSet(`rua calle via viale piazza corso largo vicolo avenida avenue avenija rue boulevard bulevar bulevardul strada strasse straat
	plaza praca travessa estrada rodovia alameda paseo ronda camino carretera callejon pasaje ulica ulice ul aleja plac os nabrezi namesti trida cesta
	chemin allee impasse quai place cours route voie ruelle lotissement residence villa utca utja ter korut koz cadde caddesi sokak sokagi bulvari mahallesi
	улица ул проспект переулок набережная площадь бульвар шоссе аллея вулиця вул провулок площа көшесі даңғылы οδος λεωφορος πλατεια
	vej gade plads torv vag gatan gata vei veien katu tie laan plein gracht kade weg platz gasse tanav maantee puiestee prospekti kucesi
	jalan jl duong pho شارع طريق نهج ساحة حي معبر مقطع دوار سكة חוב רחוב שדרות`)

// surnameEndings are how surnames end in languages that form them: Slavic, Baltic,
// Nordic, Iberian, Greek, Romanian, Armenian, Georgian, Turkic.
var surnameEndings = strings.Fields(`ов ова ев ева ев ин ина скии ская цкии цкая енко чук юк ук ович евич вич вна ишвили дзе ян янц швили баев баева улы кызы ұлы қызы
	ovic evic ovic evic ova eva ska ski cki cka czyk wicz icz enko chuk sson sdottir dottir ssen rsen nsen dsen tsen ksen gsen lsen
	escu eanu poulos poulou idis iadis akis aki oglou oglu yan ian dze shvili sky skaya skaia strom qvist lund berg gren stedt
	πουλος πουλου ιδης ιαδης ιδου ιαδου ακης ακη ογλου ιδη ella etti ini elli ucci ndez rez lez mez nzema oush`)

// notName are capitalised words that begin sentences, or name days, months,
// peoples and the like: no part of a name although some are listed as one.
var notName = wordSet(`the a an this that these those it he she we they you i my your his her our their and or but if when while where what who why how
	is are was were be been has have had do does did will would can could should may might must not no yes please thank thanks hi hello hey dear
	regards sincerely best kind from to for with by on in at of as about after before into over under new old first last
	monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december
	mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep oct nov dec
	customer client patient employee contact user name phone email mail address date birth born number account order invoice card bank passport
	call meet tell ask send sent see note notes attn attention subject re fwd mr mrs ms dr
	american british english french german spanish italian dutch chinese japanese russian indian european asian african
	january's null none true false test error warning info debug fatal trace select insert update delete create drop table where
	north south east west northern southern eastern western central upper lower great saint
	der die das ein eine ich sie er wir ihr und oder ist sind war mit von zu im am auf fur herr frau bitte sehr geehrte geehrter liebe lieber
	dollar pfund franken rubel rial riyal dinar dirham peso escudo krone krona kroon leu kip balboa pataca rupie rupee baht yuan
	partnership proprietorship combi custom coupe cabrio hatchback wagon corn pepper pizza cabbage melon 
	electrician plumber carpenter welder mechanic technician engineer developer programmer analyst accountant consultant assistant secretary
	worker maker operator supervisor coordinator administrator specialist strategist recruiter officer inspector auditor architect
	designer librarian teacher lecturer therapist pharmacist surgeon dentist veterinarian economist journalist translator buyer planner
	clerk cashier waiter waitress driver pilot trainer instructor president director chef trainee intern apprentice practitioner
	ingenieur techniker entwickler berater leiter leiterin buchhalter verkaufer sachbearbeiter kaufmann kauffrau
	ingenieure technicien developpeur comptable vendeur responsable ingeniero ingeniera desarrollador contador gerente analista
	sviluppatore ragioniere responsabile impiegato impiegata engenheiro desenvolvedor ingegnere tecnico tecnica
	isla islas ilha ilhas isole islands corea korea coree amerique amerika asien afrika kuzey guney dogu bati rae nova comunidad
	sao sef consilier maestru operator damen herren sirs madam messieurs mesdames senores senhores signori collega collegas
	le la les un une des je tu il elle nous vous ils et ou est sont avec pour dans sur monsieur madame cher chere bonjour
	el los las una unos yo ella nosotros ellos y o es son con para por en sobre senor senora hola querido querida
	il lo gli uno io noi voi loro e sono con per su da signor signora ciao o os as um uma eu voce ele ela nos com
	de het een ik jij hij zij wij en of zijn met voor op aan beste geachte`)

// asianHonorifics follow a name in Chinese, Japanese and Korean.
var asianHonorifics = []string{"先生", "女士", "小姐", "さん", "様", "さま", "氏", "君", "ちゃん", "殿", "씨", "님", "선생님", "고객", "經理", "经理", "老师", "医生", "同学"}

// asianCopulas follow a name with which somebody introduces himself.
var asianCopulas = []string{"です", "と申します", "といいます", "でございます", "입니다", "이고", "이라고", "라고"}

// asianPlaceEndings end names of places and organisations that begin as surnames do.
const asianPlaceEndings = "店社園駅市区町村県橋山川島部課院館校寺社城湖港線路街道庁局所城市区县镇乡站园馆院厂"

// asianTriggers precede a name in Chinese, Japanese and Korean, before any blank
// or colon.
var asianTriggers = []string{"我叫", "我是", "姓名", "名字", "名字是", "联系人", "客户", "名前は", "名前", "氏名", "私は", "担当", "担当者", "お客様", "이름은", "이름", "받는 사람", "수령인", "성명", "저는", "고객", "담당자", "收件人", "患者", "用户"}
