/* Words are separated by '|' and compared without regard to case, width, Thai digits, Traditional or Simplified
 * writing, and the place of Vietnamese tone marks; Vietnamese also as typed without marks. A word's last letter may
 * be drawn out ("okeee", "ค่าาา"). To teach a word: put it into the row of its kind, and a sentence with it into
 * test/turns/thanks.LANG.txt or placeholder.txt, with the nearest sentence that must not be taken for one. */
#include "text/courtesy_words.h"

const struct courtesy_row courtesy_rows[] = {
    /* ---- English ---- */
    {WORD_THANKS, LANG_EN,
     "thanks|thank you|thank u|thank-you|thankyou|thx|thnx|tnx|ty|tysm|tyvm|cheers|ta|many thanks|much appreciated|"
     "appreciate it|appreciated|i appreciate it|we appreciate it|i appreciate your help|i appreciate the help|"
     "i really appreciate it|i really appreciate your help|we really appreciate it|really appreciate it|"
     "really appreciate your help|appreciate your help|appreciate the help|much obliged|grateful|i am grateful|"
     "i'm grateful|great|great stuff|great job|great work|great service|great help|good job|good work|well done|"
     "nice|nice one|nice work|awesome|amazing|excellent|perfect|brilliant|wonderful|fantastic|lovely|superb|"
     "you are the best|you're the best|you guys are the best|you guys are great|you're great|you are great|"
     "you're amazing|you are amazing|you guys rock|you rock|you're a star|you are a star|you're a lifesaver|"
     "you are a lifesaver|lifesaver|legend|amazing service|great service|excellent service|good service|fast "
     "service|best service ever|that's great|that is great|that's perfect|"
     "that is perfect|that's wonderful|that's awesome|that's excellent|that was fast|that was quick|"
     "very helpful|so helpful|super helpful|that was very helpful|that was helpful|that helps|that helped|"
     "that helps a lot|that helped a lot|you have been very helpful|you've been very helpful|"
     "you have been great|you've been great|you have been so helpful|you've been so helpful|"
     "glad to hear that|good to know|great to hear|great news|good news|what a relief|[sticker]|[like]|sticker"},
    {WORD_YES, LANG_EN,
     "ok|okay|okey|okie|oki|okk|k|kk|okey dokey|ok then|okay then|alright|all right|alrighty|sure|sure thing|"
     "got it|i got it|gotcha|understood|i understand|noted|well noted|noted with thanks|roger|roger that|received|"
     "well received|received with thanks|i have received it|i received it|yes|yep|yeah|yup|no problem|np|no "
     "worries|"
     "not a problem|that's fine|that is fine|that's ok|that is ok|that's okay|that is okay|it's ok|it's fine|"
     "fine by me|sounds good|sounds great|sounds perfect|works for me|that works|that works for me|no thanks|"
     "no thank you|cool|it works now|works now|it is working now|it's working now|working now|works again|"
     "it works again|works fine now|it works fine now|works perfectly|works perfectly now|it works|it worked|"
     "that worked|problem solved|issue solved|issue resolved|problem resolved|solved|resolved|all good|all good "
     "now|"
     "all set|we are all set|we're all set|i'm all set|i am all set|all sorted|sorted|that's all|that is all|"
     "that's all i needed|that is all i needed|that was all|nothing else|nothing more|will do|copy that"},
    {WORD_WISH, LANG_EN,
     "so much|so very much|very much|a lot|lots|a million|a ton|again|once again|once more|indeed|really|very|so|"
     "super|just|and|for|for your help|for the help|for all your help|for all the help|for helping|for helping me|"
     "for helping me out|for helping us|for your support|for the support|for your assistance|for the assistance|"
     "for your time|for the time|for your patience|for your kindness|for your understanding|for your effort|"
     "for your efforts|for the reply|for your reply|for replying|for the quick reply|for your quick reply|"
     "for the fast reply|for your fast reply|for the prompt reply|for your prompt reply|for the response|"
     "for your response|for the quick response|for your quick response|for the prompt response|"
     "for your prompt response|for the fast response|for getting back to me|for getting back to us|"
     "for getting back to me so quickly|for the information|for the info|for the update|for updating me|"
     "for letting me know|for letting us know|for the explanation|for explaining|for the clarification|"
     "for confirming|for the confirmation|for everything|for all|for that|for this|for it|for your work|"
     "for the great service|for the good service|for the excellent service|for your excellent service|"
     "for the quick help|for your quick help|for the fast help|for your kind help|for your great help|"
     "for the quick fix|for fixing it|for fixing this|for sorting it out|for sorting this out|for checking|"
     "for looking into it|for looking into this|for being so patient|for being so helpful|so quickly|quickly|"
     "in advance|from my side|on my side|have a nice day|have a great day|have a good day|have a lovely day|"
     "have a wonderful day|have a good one|have a great one|have a nice weekend|have a great weekend|"
     "have a good weekend|have a lovely weekend|have a good evening|have a nice evening|a nice day|"
     "enjoy your day|enjoy your weekend|take care|bye|bye bye|goodbye|good night|good day|see you|all the best|"
     "happy holidays|happy new year|merry christmas|keep up the good work|god bless|god bless you|bless "
     "you|xx|xoxo|"
     "haha|hahaha|hihi|hehe|lol|<3|:d|=d|xd|:3|oh|ah|wow|yay|you too|same to you|to you too|to all of you|to you "
     "all|to you|"
     "both|i|we|with thanks|now|then|i really|my|our|your|you|is|was|it|this|that|as always|as usual|"
     "i will recommend you|highly recommended|five stars|10/10|100%"},
    {WORD_COMMON, LANG_EN,
     "dear|team|support|support team|all|everyone|everybody|folks|guys|mate|buddy|friend|sir|madam|ma'am|miss|mr|"
     "mrs|ms|bro|boss|there|shop|store|admin|ad|page|customer service|customer support|service team|help desk"},
    {WORD_HELLO, LANG_EN,
     "hi|hello|hey|hi there|hello there|hey there|good morning|good afternoon|good evening|greetings|welcome|"
     "hallo|helo|how are you|how are you today|how are you doing|nice to meet you"},
    {WORD_CALL, LANG_EN,
     "anyone there|anybody there|is anyone there|is anybody there|are you there|anyone here|anybody here|"
     "is someone there|someone there|is anyone online|anyone online|are you online|knock knock|ping|you there|"
     "can anyone help|can anyone help me|can you help me|can someone help me|can you help|i need help|help"},
    {WORD_HERE, LANG_EN,
     "i am here|i'm here|we are here|we're here|here to help|i'm here to help|i am here to help|we are here to "
     "help|"
     "we're here to help|happy to help|i'm happy to help|i am happy to help|we are happy to help|glad to help|"
     "i'd be happy to help|i would be happy to help|i will be happy to help|i'll be happy to help|how can i help|"
     "how may i help|how can we help|how may we help|how can i help you|how may i help you|how can we help you|"
     "how can i help you today|how may i help you today|how can i assist you|how may i assist you|"
     "how can i assist you today|what can i do for you|what can we do for you|this is the support team|"
     "one moment|one moment please|one moment, please|just a moment|just a moment please|a moment please|"
     "just a second|one second|one sec|just a sec|just a minute|one minute|give me a moment|give me a minute|"
     "give me a second|give us a moment|give me a few minutes|bear with me|bear with us|please bear with us|"
     "please bear with me|hold on|please hold on|please hold|hang on|please wait|please wait a moment|wait a "
     "moment|"
     "we have received your message|we received your message|we've received your message|"
     "we have received your request|we received your request|we've received your request|"
     "we have received your email|we received your email|we've received your email|we have received your mail|"
     "we have received your enquiry|we have received your inquiry|we have received your case|"
     "your message has been received|your request has been received|your email has been received|"
     "your message was received|your request was received|your ticket has been received|"
     "your ticket has been created|we have your message|we have your request|we got your message|"
     "i have received your message|i received your message|i got your message|message received|request received|"
     "thank you for contacting us|thanks for contacting us|thank you for reaching out|thanks for reaching out|"
     "thank you for reaching out to us|thanks for reaching out to us|thank you for your message|"
     "thanks for your message|thank you for your email|thanks for your email|thank you for writing|"
     "thanks for writing|thank you for writing to us|thank you for getting in touch|thanks for getting in touch|"
     "we will get back to you|we'll get back to you|i will get back to you|i'll get back to you|"
     "we will be in touch|we'll be in touch|i will be in touch|i'll be in touch|we will reply|we will answer|"
     "we will respond|we will contact you|an agent will be with you|someone will be with you|"
     "an agent will get back to you|someone will get back to you|our team will get back to you|"
     "soon|shortly|as soon as possible|as soon as we can|as soon as i can|asap|momentarily|in a moment|"
     "in due course|at the earliest|please|please be patient|your patience is appreciated"},
    {WORD_CLOSING, LANG_EN,
     "regards|best regards|kind regards|warm regards|with kind regards|with best regards|best|all the best|"
     "best wishes|with best wishes|sincerely|yours sincerely|sincerely yours|yours faithfully|yours|cordially|"
     "respectfully|br|kr|rgds"},

    /* ---- Tiếng Việt ---- */
    {WORD_THANKS, LANG_VI,
     "cảm ơn|cám ơn|camon|cảmơn|cảm ơn nhiều|cám ơn nhiều|cảm tạ|đa tạ|xin cảm ơn|xin cám ơn|chân thành cảm ơn|"
     "trân trọng cảm ơn|cho em cảm ơn|cho mình cảm ơn|cho chị cảm ơn|cho anh cảm ơn|cho tôi cảm ơn|biết "
     "ơn|tks|thanks|thank|thank you|thanks you|thank kiu|thanh kiu|thank you so much|thanks nhiều|tks nhiều|"
     "c.ơn|cơn|cmon|c ơn|mơn|tuyệt|tuyệt vời|tuyệt quá|tuyệt cú mèo|quá tuyệt|tốt quá|tốt lắm|hay quá|hay lắm|"
     "ngon|ngon lành|nhanh quá|nhanh thế|nhanh ghê|giỏi quá|dễ thương quá|dễ thương ghê|nhiệt tình quá|"
     "nhiệt tình ghê|nhiệt tình lắm|chu đáo quá|chu đáo lắm|tận tâm quá|may quá|mừng quá|vui quá|hài lòng|"
     "rất hài lòng|quá hài lòng|hài lòng lắm|mình hài lòng|mình rất hài lòng|em rất hài lòng|chị rất hài lòng|"
     "5 sao|năm sao|5 sao cho shop|năm sao cho shop|10 điểm|mười điểm|đỉnh|quá đỉnh|xịn|uy tín quá|uy tín|shop uy "
     "tín|phục vụ tốt|phục vụ tốt quá|"
     "hỗ trợ tốt|hỗ trợ nhanh|hỗ trợ nhanh quá|[nhãn dán]|nhãn dán|thả tim|thả like|like"},
    {WORD_YES, LANG_VI,
     "ok|oke|okê|okie|oki|okla|ô kê|ô kê la|uki|dạ|dạ vâng|vâng|vâng dạ|dạ được|được|được rồi|dạ được "
     "rồi|ừ|ừm|uh|um|"
     "uhm|uh huh|ừ được|đồng ý|nhất trí|nhận được rồi|đã nhận được|đã nhận|mình nhận được rồi|em nhận được rồi|"
     "chị nhận được rồi|anh nhận được rồi|nhận được thông tin rồi|đã nhận được thông tin|đã nhận thông tin|"
     "đã rõ|rõ rồi|rõ|hiểu rồi|hiểu|đã hiểu|mình hiểu rồi|em hiểu rồi|chị hiểu rồi|anh hiểu rồi|biết rồi|"
     "nắm rồi|đã nắm|đã nắm thông tin|ghi nhận|không sao|không sao đâu|ko sao|ko sao đâu|k sao|hok sao|khỏi|"
     "có gì đâu|không có gì|ko có gì|không có chi|thế thôi|vậy thôi|thế là được|vậy là được|vậy được rồi|"
     "thế được rồi|xong rồi|đã xong|xong|ổn rồi|ổn|đã ổn|đã được|dùng được rồi|vào được rồi|đăng nhập được rồi|"
     "làm được rồi|chạy được rồi|hoạt động lại rồi|nhận hàng rồi|nhận được hàng rồi|đã nhận được hàng|"
     "đã nhận hàng|tiền về rồi|nhận được tiền rồi|đã nhận được tiền|đã nhận tiền|yên tâm rồi|có|vâng ok|chuẩn|"
     "chuẩn rồi|đúng rồi|okie la|okie nha"},
    {WORD_WISH, LANG_VI,
     "nhiều|nhìu|nhiu|rất nhiều|rất|lắm|lắm lắm|quá|quá trời|ghê|thật|thật sự|thật nhiều|nhiều nhiều|nhiều lắm|"
     "lần nữa|một lần nữa|1 lần nữa|trước|đã|vì|vì đã|về|đã hỗ trợ|đã giúp|đã giúp đỡ|đã giúp mình|đã giúp em|"
     "đã giúp chị|đã giúp anh|đã hỗ trợ mình|đã hỗ trợ em|đã hỗ trợ chị|đã hỗ trợ anh|đã hỗ trợ nhiệt tình|"
     "hỗ trợ nhiệt tình|đã tư vấn|đã tư vấn nhiệt tình|tư vấn nhiệt tình|đã nhiệt tình|nhiệt tình hỗ trợ|"
     "đã nhiệt tình hỗ trợ|đã nhiệt tình giúp đỡ|đã hỗ trợ nhanh chóng|hỗ trợ nhanh chóng|nhanh chóng|kịp thời|"
     "đã hỗ trợ kịp thời|đã phản hồi|đã phản hồi nhanh|đã phản hồi sớm|đã trả lời|đã trả lời nhanh|đã thông báo|"
     "đã báo|đã báo lại|đã cập nhật|đã giải đáp|đã giải thích|đã xử lý|đã xử lý nhanh|đã kiểm tra|đã quan tâm|"
     "đã thông cảm|đã chia sẻ|đã nhắc|đã gọi lại|đã hồi âm|sự hỗ trợ|sự giúp đỡ|sự nhiệt tình|sự quan tâm|"
     "hỗ trợ|giúp đỡ|giúp|nhiệt tình|tận tình|tận tâm|chu đáo|dễ thương|đáng yêu|thân thiện|thông tin|"
     "chúc|xin chúc|chúc ngày mới tốt lành|ngày mới tốt lành|một ngày tốt lành|ngày tốt lành|cuối tuần vui vẻ|"
     "một ngày vui vẻ|ngày vui vẻ|buổi tối vui vẻ|buổi sáng tốt lành|buổi chiều vui vẻ|buôn may bán đắt|mua may "
     "bán đắt|"
     "đắt hàng|bán đắt|nhiều sức khỏe|sức khoẻ|sức khỏe|năm mới vui vẻ|chúc mừng năm mới|ngủ ngon|"
     "làm việc vui vẻ|thật nhiều niềm vui|luôn vui vẻ|vui vẻ|may mắn|thành công|phát đạt|phát triển|"
     "hihi|hihihi|hi hi|hehe|haha|hì|hì hì|hí hí|kk|kkk|yêu|yêu quá|yêu shop|yêu lắm|thương|tạm biệt|bye|bái bai|"
     "và|với|luôn|thế|vậy|thì|là|rồi|lại|sẽ ủng hộ|sẽ ủng hộ tiếp|sẽ ủng hộ shop|sẽ ủng hộ shop tiếp|ủng hộ "
     "shop|ủng hộ shop tiếp|sẽ quay lại|"
     "lần sau ủng hộ tiếp|lần sau ủng hộ shop tiếp|lần sau sẽ ủng hộ tiếp"},
    {WORD_COMMON, LANG_VI,
     "ạ|dạ|nha|nhé|nhe|nghen|nhá|nà|nè|à|ah|ha|hen|đó|đấy|quý khách|anh|chị|anh chị|anh/chị|a/c|ac|em|cô|chú|bác|"
     "mình|bạn|các bạn|tôi|con|ông|bà|e|c|b|m|mn|mọi người|cả nhà|shop|sốp|shopp|shop mình|bên em|bên mình|bên "
     "bạn|bên shop|"
     "bên anh|bên chị|đội ngũ|công ty|cửa hàng|ad|admin|page|team|bộ phận|tổng đài|nhân viên|cskh|"
     "chăm sóc khách hàng|hệ thống|bạn nhân viên|em gái|em trai|nàng|cưng|bồ|thân|thân mến|kính gửi|gửi|của|quý "
     "công ty|quý shop|quý vị"},
    {WORD_HELLO, LANG_VI,
     "chào|xin chào|kính chào|em chào|shop chào|bên em chào|alo|a lô|hello|hi|hế lô|dạ chào|dạ em chào|dạ shop "
     "chào|"
     "rất vui được hỗ trợ|rất hân hạnh được phục vụ|rất hân hạnh được hỗ trợ|chào buổi sáng|chào buổi chiều|chào "
     "buổi tối"},
    {WORD_CALL, LANG_VI,
     "ơi|alo|có ai không|có ai ở đó không|có ai trực không|có ai hỗ trợ không|ai trực page vậy|có shop không|có đó "
     "không|"
     "có ở đó không|shop ơi|ad ơi|admin ơi|em ơi|bạn ơi|cho hỏi|cho mình hỏi|cho em hỏi|cho mình hỏi chút|"
     "cho em hỏi chút|cho em hỏi xíu|mình hỏi chút|cần hỗ trợ|mình cần hỗ trợ|em cần hỗ trợ|tư vấn giúp mình|hỗ "
     "trợ mình với"},
    {WORD_HERE, LANG_VI,
     "đây|shop đây|em đây|mình đây|có em đây|shop nghe|em nghe|em nghe đây|shop nghe đây|em xin nghe|shop xin "
     "nghe|có shop đây|"
     "em có thể giúp gì|em có thể giúp gì cho|em giúp gì được cho|shop có thể giúp gì|shop có thể giúp gì cho|"
     "em có thể hỗ trợ gì|em có thể hỗ trợ gì cho|shop có thể hỗ trợ gì|shop có thể hỗ trợ gì cho|"
     "bên em có thể hỗ trợ gì cho|cần em hỗ trợ gì|cần shop hỗ trợ gì|cần hỗ trợ gì|cần giúp gì|"
     "em giúp được gì cho|shop giúp được gì cho|cho|được không|chờ em chút|chờ em xíu|chờ em một chút|"
     "chờ em 1 chút|chờ shop chút|chờ shop xíu|chờ shop một chút|đợi em chút|đợi em xíu|đợi em một chút|"
     "đợi em 1 chút|đợi shop chút|đợi shop xíu|đợi shop một chút|chờ chút|chờ xíu|đợi chút|đợi xíu|"
     "vui lòng chờ|vui lòng chờ trong giây lát|vui lòng đợi|vui lòng đợi trong giây lát|xin chờ trong giây lát|"
     "chờ trong giây lát|đợi trong giây lát|trong giây lát|trong ít phút|một chút|một lát|giây lát|"
     "chờ em|đợi em|chờ shop|đợi shop|giúp em|giúp shop|"
     "đã nhận được tin nhắn|đã nhận được tin|đã nhận được tin nhắn của|đã nhận được yêu cầu|"
     "đã nhận được yêu cầu của|đã nhận được thông tin|đã nhận được thông tin của|đã nhận được email|"
     "đã nhận được email của|đã nhận được thư|đã nhận được phản ánh|đã nhận được phản ánh của|đã tiếp nhận|"
     "đã tiếp nhận thông tin|đã tiếp nhận yêu cầu|đã tiếp nhận yêu cầu của|đã tiếp nhận phản ánh|"
     "đã tiếp nhận phản ánh của|đã ghi nhận|đã ghi nhận thông tin|đã ghi nhận yêu cầu|đã ghi nhận phản ánh|"
     "em đã nhận|em nhận được tin rồi|xin ghi nhận|xin tiếp nhận|em xin tiếp nhận|em xin ghi nhận|"
     "cảm ơn đã nhắn tin|đã nhắn tin cho|đã nhắn tin|đã liên hệ|đã liên hệ với|đã liên hệ tới|đã quan tâm đến|"
     "sẽ phản hồi|sẽ phản hồi sớm|sẽ phản hồi ngay|sẽ phản hồi sớm nhất|sẽ phản hồi trong thời gian sớm nhất|"
     "sẽ trả lời|sẽ trả lời sớm|sẽ trả lời ngay|sẽ liên hệ lại|sẽ liên hệ lại sớm|sẽ liên hệ|sẽ liên hệ sớm|"
     "sẽ hỗ trợ|sẽ hỗ trợ ngay|sẽ hỗ trợ mình ngay|sẽ rep ngay|sẽ rep sớm|sớm|sớm nhất|sớm nhất có thể|"
     "rồi|trong thời gian sớm nhất|ngay|ngay đây|thông cảm|mong thông cảm"},
    {WORD_CLOSING, LANG_VI,
     "trân trọng|trân trọng kính chào|kính thư|thân ái|thân mến|thân|kính chào|best regards|regards|thân chào|"
     "xin trân trọng cảm ơn|trân trọng cảm ơn"},

    /* ---- 中文 (compared in Simplified) ---- */
    {WORD_THANKS, LANG_ZH,
     "谢谢|谢谢你|谢谢您|谢谢你们|谢谢您们|谢啦|谢了|谢咯|谢喽|谢谢啦|谢谢了|谢谢喔|谢谢哦|谢过|谢|多谢|多谢了|"
     "多谢晒|"
     "多谢你|多谢您|感谢|感谢你|感谢您|感谢你们|非常感谢|十分感谢|万分感谢|感激|感激不尽|感恩|谢天谢地|3q|3q3q|thx|"
     "thanks|"
     "辛苦|辛苦了|辛苦你|辛苦您|辛苦你了|辛苦您了|辛苦你们了|辛苦晒|麻烦你了|麻烦您了|劳烦了|有劳了|费心了|"
     "太好了|太棒了|太赞了|太感谢了|太感谢|太贴心了|太给力了|给力|真棒|真好|很棒|好棒|好赞|赞|点赞|大赞|超赞|"
     "棒棒哒|棒|"
     "服务真好|服务很好|服务不错|服务态度很好|服务态度真好|态度很好|态度真好|效率很高|效率真高|效率好高|好有效率|"
     "很满意|非常满意|满意|十分满意|好评|五星好评|给你好评|给您好评|给好评|回复很快|回复好快|回复真快|处理很快|"
     "处理得很快|"
     "帮大忙了|帮了大忙|帮了我大忙|你真好|您真好|你们真好|唔该|唔该晒|唔该你|唔该哂|唔该曬|么么哒|比心|撒花|"
     "[强]|[抱拳]|[玫瑰]|[爱心]|[握手]|[鼓掌]|[胜利]|[拥抱]|[表情]|[动画表情]|[贴图]|[贴纸]|[赞]|[比心]|[感谢]|["
     "鲜花]|[ok]"},
    {WORD_YES, LANG_ZH,
     "好|好的|好滴|好哒|好嘞|好咧|好勒|好呀|好啊|好喔|好哦|好啦|好了|好好|好的好的|好好好|可以|可以的|可以了|行|"
     "行的|没问题|"
     "没问题的|冇问题|收到|收到了|已收到|我收到了|收到啦|收到咗|知道|知道了|我知道了|知道啦|知咗|明白|明白了|明了|"
     "了解|了解了|清楚|清楚了|懂了|我懂了|ok|okay|okk|ok了|ok的|欧克|噢克|嗯|嗯嗯|嗯呢|恩|恩恩|哦哦|噢噢|对|对的|"
     "是|是的|没错|"
     "就这样|就这样吧|先这样|先这样吧|那就这样|那先这样|那就好|没事|没事了|没关系|没关系的|冇事|不客气|不用了|不用|"
     "不需要了|"
     "唔使|唔使啦|解决了|已解决|已经解决了|问题解决了|搞定|搞定了|弄好了|可以用了|能用了|恢复了|已恢复|正常了|"
     "已经正常了|"
     "登录上了|可以登录了|登入成功了|可以登入了|收到货了|已收货|货收到了|收到退款了|退款收到了|已经收到|已经收到了|"
     "已经收到退款了|已经收到货了|已到账|到账了|钱到账了|好咯|得|得咗"},
    {WORD_WISH, LANG_ZH,
     "非常|十分|真的|真是太|太|很|超级|超|特别|万分|再次|再一次|又|也|都|啦|的|了|那|那就|那么|先|我|我们|这么|"
     "这样|"
     "您的帮助|你的帮助|你们的帮助|你的帮忙|您的帮忙|帮忙|帮助|您的回复|你的回复|您的耐心|你的耐心|耐心解答|"
     "您的耐心解答|你的耐心解答|"
     "您的解答|你的解答|解答|回复|及时回复|快速回复|这么快回复|您的支持|支持|协助|您的协助|你的协助|热心协助|热情|"
     "耐心|帮我解决|帮我处理|"
     "帮我解决问题|帮我解决了问题|为我解决问题|处理|您的处理|快速处理|您的服务|你们的服务|服务|通知|告知|提醒|说明|"
     "解释|"
     "祝|祝您|祝你|祝你们|祝您们|生意兴隆|生意兴旺|财源广进|工作顺利|工作愉快|身体健康|周末愉快|节日快乐|新年快乐|"
     "中秋快乐|"
     "一切顺利|顺心|顺心如意|万事如意|生活愉快|天天开心|有美好的一天|美好的一天|愉快|开心|平安|大卖|早点休息|晚安|"
     "再见|拜拜|拜|88|886|回见|"
     "哈|哈哈|哈哈哈|嘻嘻|嘿嘿|呜呜|下次再来|下次还来|下次再光顾|会再来的|会继续支持|继续支持|会推荐给朋友|"
     "有需要再联系|"
     "有需要再联系您|有需要再联系你|有需要再找你|有需要再找您|有问题再联系|有问题再找你|有问题再找您|有问题再请教"},
    {WORD_COMMON, LANG_ZH,
     "亲|亲亲|亲爱的|亲爱滴|您|你|你们|您们|老板|老板娘|店家|卖家|掌柜|店主|店长|客服|客服小姐姐|小姐姐|小哥哥|"
     "小哥|小二|小编|老师|先生|女士|"
     "小姐|美女|帅哥|朋友|各位|大家|团队|工作人员|同事|同学|师傅|经理|贵公司|贵店|这边|我这边|哦|喔|噢|啊|呀|呢|哈|"
     "呐|哒|滴|吖|耶|诶|欸|唷|"
     "咯|喽|嘛|啰|囉|la|哟|呦|shop|admin|team|尊敬的|客户|顾客|买家"},
    {WORD_HELLO, LANG_ZH,
     "你好|您好|你好啊|您好呀|你好呀|哈喽|哈啰|哈罗|嗨|hi|hello|早|早安|早上好|上午好|中午好|下午好|晚上好|午安|"
     "大家好|你们好|"
     "欢迎光临|欢迎|欢迎光临本店|很高兴为您服务|很高兴为你服务|竭诚为您服务|幸会"},
    {WORD_CALL, LANG_ZH,
     "在吗|在么|在嘛|在不|在不在|在线吗|有人吗|有人在吗|有没有人|有人么|客服在吗|老板在吗|亲在吗|请问|请问在吗|"
     "请问有人吗|"
     "请问有人在吗|想问一下|我想问一下|咨询一下|想咨询一下|问一下|喂|喂喂|有冇人|有冇人喺度|喺度吗|人呢"},
    {WORD_HERE, LANG_ZH,
     "在|在的|在呢|在哦|在的哦|我在|我在的|我在呢|在线|在线的|在这里|我在这里|在这儿|喺度|我喺度|有什么可以帮您|"
     "有什么可以帮你|"
     "有什么可以帮到您|有什么可以帮到你|有什么能帮您|有什么能帮到您|有什么可以为您效劳|有什么可以为您服务|"
     "请问有什么可以帮您|"
     "请问有什么可以帮到您|请问有什么能帮您|请问有什么可以为您效劳|请问有什么需要|请问有什么需要帮助|有什么需要|"
     "有什么需要帮忙|"
     "有什么需要帮助|有什么可以帮助您|请问有什么可以帮助您|请问需要什么帮助|需要什么帮助|请讲|请说|您请讲|您请说|"
     "你说|您说|"
     "什么事|怎么了|有咩可以帮到你|请问有咩可以帮到你|请稍等|稍等|稍等一下|请稍等一下|请您稍等|您稍等|您稍等一下|"
     "请您稍等一下|稍候|"
     "请稍候|请稍后|稍等片刻|请稍等片刻|请等一下|等一下|请等等|等等|等我一下|麻烦稍等|麻烦您稍等|麻烦稍等一下|"
     "麻烦您稍等一下|请耐心等待|"
     "耐心等待|请您耐心等待|马上|马上来|马上为您处理|马上回复您|马上就来|一会儿|一会|"
     "已收到您的消息|已收到您的信息|已收到您的留言|已收到您的来信|已收到您的邮件|已收到您的反馈|已收到您的问题|"
     "已收到您的咨询|"
     "收到您的消息|收到您的消息了|收到您的留言|收到您的来信|收到您的邮件|收到您的反馈|收到您的讯息|已收到您的讯息|"
     "已收到您的询问|"
     "您的消息已收到|您的信息已收到|您的留言已收到|您的来信已收到|您的邮件已收到|您的问题已收到|您的反馈已收到|"
     "您的问题已受理|"
     "您的反馈已受理|您的讯息已收到|已经收到您的消息|已经收到您的留言|已经收到您的来信|我们已收到您的消息|"
     "我们已收到您的来信|"
     "我们已收到您的邮件|我们已收到您的反馈|我们已收到您的讯息|我们已经收到您的消息|我们已经收到您的来信|已受理|"
     "已为您登记|已登记|已记录|已为您记录|"
     "感谢您的来信|感谢您的留言|感谢您的咨询|感谢您的联系|感谢您联系我们|谢谢您的来信|谢谢您的留言|感谢您的反馈|"
     "感谢来信|感谢您的耐心等待|"
     "会尽快回复|会尽快回复您|会尽快回复你|会尽快联系您|会尽快处理|会尽快为您处理|会尽快与您联系|会尽快跟您联系|"
     "会尽快给您回复|会尽快给您答复|将尽快回复您|"
     "将尽快与您联系|将尽快处理|尽快回复您|尽快为您处理|稍后回复您|稍后联系您|稍后会联系您|稍后会回复您|我们|并|,"},
    {WORD_CLOSING, LANG_ZH,
     "此致|敬礼|此致敬礼|祝好|顺祝商祺|顺颂商祺|顺颂时祺|敬上|谨启|敬启|商祺|顺祝工作愉快|谨上|best regards"},

    /* ---- ภาษาไทย ---- */
    {WORD_THANKS, LANG_TH,
     "ขอบคุณ|ขอบคุน|ขอบคุนน|ขอบคุณมาก|ขอบคุณมากๆ|ขอบคุณมากมาย|ขอบคุณหลาย|ขอบคุณเลย|ขอบพระคุณ|ขอบพระคุณมาก|ขอบใจ|ขอบใจมาก|"
     "ขอบใจจ้า|"
     "ขอบคุณจริงๆ|กราบขอบพระคุณ|ขอขอบคุณ|ขอขอบพระคุณ|แต๊งกิ้ว|แต้งกิ้ว|แต๊ง|แต้ง|แท้งกิ้ว|แทงกิ้ว|แท็งกิ้ว|แต๊งค์|แทงค์กิ้ว|ขอบคุณค้าบ|thank|"
     "thanks|thank "
     "you|thx|ty|ซาบซึ้ง|ซึ้งใจ|ประทับใจ|ประทับใจมาก|ประทับใจบริการ|ประทับใจการบริการ|บริการดี|บริการดีมาก|บริการดีเยี่ยม|"
     "บริการเยี่ยม|บริการประทับใจ|ตอบไว|ตอบไวมาก|ตอบเร็ว|ตอบเร็วมาก|ส่งไว|ส่งไวมาก|ไวมาก|เร็วมาก|รวดเร็วมาก|น่ารัก|น่ารักมาก|ใจดี|"
     "ใจดีมาก|"
     "ใจดีจัง|น่ารักจัง|เยี่ยม|เยี่ยมมาก|เยี่ยมเลย|เยี่ยมไปเลย|ยอดเยี่ยม|ยอดเยี่ยมมาก|สุดยอด|สุดยอดมาก|สุดยอดเลย|ดีมาก|ดีมากๆ|ดีเลย|ดีจัง|"
     "ดีใจ|ดีใจมาก|ดีใจจัง|"
     "ดีเยี่ยม|เลิศ|ปัง|ปังมาก|เริ่ด|โล่งอก|โล่งใจ|พอใจมาก|ถูกใจมาก|[สติกเกอร์]|สติกเกอร์|[สติ๊กเกอร์]|กดไลก์|ไลก์"},
    {WORD_YES, LANG_TH,
     "โอเค|โอเคร|โอเช|โอเคค่ะ|โอเคเลย|โอเค้|โอเคร์|โอเคจ้า|โอ้เค|เค|เคค่ะ|เคครับ|เคจ้า|เค้|ok|okay|oke|รับทราบ|ทราบแล้ว|ทราบ|"
     "ทราบค่ะ|รับทราบแล้ว|เข้าใจแล้ว|เข้าใจ|"
     "เข้าใจละ|ได้|ได้เลย|ได้ค่ะ|ได้แล้ว|ได้รับแล้ว|ได้รับของแล้ว|ได้ของแล้ว|ได้รับสินค้าแล้ว|ได้รับพัสดุแล้ว|ได้รับเงินแล้ว|ได้รับเงินคืนแล้ว|"
     "เงินเข้าแล้ว|"
     "ได้เงินแล้ว|ได้รับอีเมลแล้ว|ของถึงแล้ว|ของมาแล้ว|เรียบร้อย|เรียบร้อยแล้ว|เรียบร้อยดี|เรียบร้อยละ|ใช้ได้แล้ว|ใช้งานได้แล้ว|"
     "ใช้งานได้ปกติแล้ว|เข้าได้แล้ว|เข้าระบบได้แล้ว|"
     "ล็อกอินได้แล้ว|หายแล้ว|แก้ได้แล้ว|ปกติแล้ว|ปกติดีแล้ว|ตกลง|ตามนั้น|ตามนั้นเลย|ใช่|ใช่ค่ะ|ใช่เลย|ถูกต้อง|ค่ะ|ครับ|ค่า|คร้าบ|ครับผม|คับ|ค้าบ|"
     "จ้า|จ้ะ|จ๊ะ|จ้าา|จร้า|ไม่เป็นไร|ไม่เป็นไรค่ะ|"
     "ไม่เป็นไรแล้ว|ไม่มีปัญหา|ไม่มีอะไรแล้ว|ไม่มีแล้ว|แค่นี้|แค่นี้แหละ|แค่นี้เลย|ด้วยความยินดี|ยินดี|อืม|อือ|อ่อ|อ๋อ|อ้อ|เออ|ไม่ล่ะ"},
    {WORD_WISH, LANG_TH,
     "มาก|มากๆ|มากมาย|มากเลย|มากจริงๆ|เลย|จริงๆ|อีกครั้ง|อีกที|ล่วงหน้า|ทุกคน|สำหรับ|ความช่วยเหลือ|การช่วยเหลือ|ข้อมูล|คำตอบ|"
     "คำแนะนำ|"
     "ที่ช่วย|ที่ช่วยเหลือ|ที่ช่วยดูแล|ที่ดูแล|ที่ช่วยแก้ไข|ที่ช่วยจัดการ|ที่ช่วยตรวจสอบ|ที่ตอบ|ที่ตอบกลับ|ที่ตอบไว|ที่ตอบกลับไว|ที่ตอบกลับเร็ว|ที่แจ้ง|"
     "ที่แจ้งให้ทราบ|ที่ให้ข้อมูล|ที่แนะนำ|ที่ให้คำแนะนำ|ที่ประสานงาน|ที่ประสานงานให้|ที่บริการดี|ที่ใส่ใจ|ที่ช่วยประสานงาน|ที่อธิบาย|ที่รีบจัดการให้|"
     "ที่จัดการให้|"
     "การดูแล|บริการ|การบริการ|สำหรับบริการ|ช่วยได้มาก|ช่วยได้เยอะเลย|ช่วยได้เยอะมาก|ขอให้|ขายดี|ขายดีๆ|ขอให้ขายดี|เฮงๆ|รวยๆ|ร่ำรวย|"
     "มีความสุข|สุขภาพแข็งแรง|โชคดี|ขอให้โชคดี|สวัสดีปีใหม่|สุขสันต์วันหยุด|ฝันดี|ราตรีสวัสดิ์|บาย|บ๊ายบาย|ไว้อุดหนุนใหม่|ไว้อุดหนุนอีก|จะอุดหนุนอีก|"
     "จะกลับมาอุดหนุน|คราวหน้าอุดหนุนใหม่|ไว้โอกาสหน้า|จะแนะนำเพื่อน|ให้ห้าดาว|ให้ 5 ดาว|5 "
     "ดาว|ห้าดาว|55|555|5555|55555|อิอิ|ฮ่าๆ|ฮ่าฮ่า|แล้ว|ก็|แล้วก็|และ|ที่|นี้|งั้น|"
     "รักเลย|รักนะ|รัก|จุ๊บๆ|จุ๊บ|ให้|กัน|ขนาดนี้|ทันใจ|รวดเร็ว|รวดเร็วทันใจ|ไว|เร็ว|จัง|มว๊าก|มั่ก|ม๊าก|ม้าก"},
    {WORD_PARTICLE, LANG_TH, "ค่ะ|ค่า|ค้า|ค่าา|คร่า|ครับ|คร้าบ|ครับผม|คับ|ค้าบ|ค๊าบ|คร๊าบ|งับ|จ้า|จ้ะ|จ๊ะ|จร้า|ฮะ|ฮับ"},
    {WORD_COMMON, LANG_TH,
     "คะ|จ๋า|นะ|น้า|นะคะ|นะครับ|นะค้า|เน้อ|เนอะ|ละ|ล่ะ|แหละ|อะ|อ่ะ|คุณ|พี่|น้อง|พี่ๆ|น้องๆ|"
     "แอดมิน|แอด|แม่ค้า|พ่อค้า|ร้าน|ทางร้าน|ทีมงาน|เจ้าหน้าที่|คุณลูกค้า|ลูกค้า|ท่าน|ทุกท่าน|เรา|ผม|ดิฉัน|หนู|ฉัน|บริษัท|ทางบริษัท|คุณแอดมิน|"
     "พี่แอดมิน|น้องแอดมิน|คุณพี่|คุณน้อง|admin|shop|เพจ|ที่รัก|เรียน"},
    {WORD_HELLO, LANG_TH,
     "สวัสดี|หวัดดี|สวัสดีค่ะ|สวัสดีครับ|ดีค่ะ|ดีครับ|ดีจ้า|ฮัลโหล|hello|hi|ยินดีต้อนรับ|ยินดีให้บริการ|ยินดีบริการ|สวัสดีตอนเช้า|อรุณสวัสดิ์"},
    {WORD_CALL, LANG_TH,
     "มีใครอยู่ไหม|มีใครอยู่มั้ย|มีคนอยู่ไหม|มีคนอยู่มั้ย|อยู่ไหม|อยู่มั้ย|อยู่มั๊ย|แอดอยู่ไหม|แอดมินอยู่ไหม|แอดอยู่มั้ย|แอดมินอยู่มั้ย|ฮัลโหล|ขอสอบถาม|"
     "สอบถาม|สอบถามหน่อย|"
     "ขอสอบถามหน่อย|สอบถามเพิ่มเติม|รบกวนสอบถาม|ขอถาม|ขอถามหน่อย|ถามหน่อย|มีใครตอบได้บ้าง"},
    {WORD_HERE, LANG_TH,
     "แอดมินมาแล้ว|แอดมาแล้ว|มาแล้ว|แอดมินอยู่|อยู่|อยู่นี่|อยู่ตรงนี้|รับเรื่อง|รับเรื่องแล้ว|รับเรื่องไว้แล้ว|รับเรื่องไว้|ได้รับเรื่องแล้ว|ได้รับเรื่อง|"
     "ได้รับเรื่องของ|ได้รับข้อความแล้ว|"
     "ได้รับข้อความของ|ได้รับข้อความ|ได้รับอีเมลของ|ได้รับอีเมลแล้ว|ได้รับแจ้งแล้ว|ได้รับเรื่องเรียบร้อยแล้ว|ได้รับข้อความเรียบร้อยแล้ว|"
     "รับทราบแล้ว|รับทราบ|"
     "เรียบร้อยแล้ว|แล้ว|ไว้แล้ว|รอสักครู่|กรุณารอสักครู่|โปรดรอสักครู่|รบกวนรอสักครู่|ขอเวลาสักครู่|ขอเวลาแป๊บ|ขอเวลาแป๊บนึง|สักครู่|แป๊บนึง|"
     "แป๊บ|แป๊บเดียว|แปบนึง|"
     "รอแป๊บ|รอแป๊บนึง|รอแป๊บนะ|รอสักพัก|รอหน่อย|รบกวนรอ|รอ|มีอะไรให้ช่วย|มีอะไรให้ช่วยไหม|มีอะไรให้ช่วยมั้ย|มีอะไรให้ช่วยเหลือ|"
     "มีอะไรให้ช่วยเหลือไหม|มีอะไรให้แอดมินช่วย|"
     "มีอะไรให้แอดมินช่วยไหม|มีอะไรให้ดูแล|มีอะไรให้ดูแลไหม|สอบถามเรื่องอะไร|สอบถามเรื่องใด|ต้องการสอบถามเรื่องอะไร|ให้ช่วยอะไร|"
     "ยินดีให้ความช่วยเหลือ|ให้ความช่วยเหลือ|ให้ช่วยอะไรดี|"
     "ที่ติดต่อ|ที่ติดต่อเรา|ที่ติดต่อมา|ที่ติดต่อเข้ามา|ที่ทักมา|ที่ทักเข้ามา|ที่สอบถาม|ที่สนใจ|จะติดต่อกลับ|จะตอบกลับ|จะรีบติดต่อกลับ|จะรีบตอบกลับ|"
     "จะติดต่อกลับโดยเร็ว|"
     "จะติดต่อกลับโดยเร็วที่สุด|จะรีบดำเนินการ|จะรีบดำเนินการให้|จะรีบตอบ|เดี๋ยวรีบตอบ|เดี๋ยวตอบ|เดี๋ยวแอดมินมาตอบ|เดี๋ยวมาตอบ|โดยเร็วที่สุด|"
     "โดยเร็ว|เร็วๆ นี้|เร็วๆนี้|"
     "ในไม่ช้า|สอบถามได้เลย|แจ้งได้เลย|พิมพ์ได้เลย|พิมพ์ทิ้งไว้ได้เลย|ได้เลย"},
    {WORD_CLOSING, LANG_TH,
     "ด้วยความเคารพ|ด้วยความนับถือ|ขอแสดงความนับถือ|ด้วยความเคารพอย่างสูง|ขอแสดงความนับถืออย่างสูง|best regards|regards"},
};
const size_t courtesy_rows_n = sizeof courtesy_rows / sizeof *courtesy_rows;

const struct courtesy_row courtesy_asking[] = {
    {WORD_CALL, LANG_EN,
     "please confirm|confirm whether|confirm if|could you confirm|can you confirm|let me know whether|let us know "
     "whether|"
     "let me know if you would like|let us know if you would like|let me know if you want|let us know if you want|"
     "let me know if that|let us know if that|let me know if this|let us know if this|please reply|please "
     "choose|please let us know which|"
     "please let me know which|would you like|do you want|shall we|shall i|should we|should i|is it ok|is that ok"},
    {WORD_CALL, LANG_VI,
     "được không|không ạ|chưa ạ|phải không|đúng không|hay không|nhé ạ|có muốn|có đồng ý|xác nhận giúp|xác nhận "
     "lại|vui lòng xác nhận|"
     "anh chị xác nhận|chọn giúp|cho em biết|báo em biết|báo giúp em|phản hồi giúp|trả lời giúp|hay là|hay vẫn"},
    {WORD_CALL, LANG_ZH,
     "吗|么|呢|可以不|好不好|行不行|是否|要不要|需不需要|能不能|可不可以|请确认|请您确认|确认一下|请回复|请选择|"
     "请告知|请告诉|还是"},
    {WORD_CALL, LANG_TH,
     "ไหม|มั้ย|มั๊ย|หรือไม่|หรือเปล่า|รึเปล่า|หรือยัง|รึยัง|ยืนยัน|โปรดแจ้ง|กรุณาแจ้ง|รบกวนแจ้ง|สะดวกไหม|ดีคะ|ดีครับ|เลือก"},
};
const size_t courtesy_asking_n = sizeof courtesy_asking / sizeof *courtesy_asking;

const struct courtesy_row courtesy_offering[] = {
    {WORD_CALL, LANG_EN,
     "anything else|something else i can|any other question|any further question|any more question|any questions|"
     "any question|further assistance|more help|need anything|need any help|need more|is there anything|other "
     "questions"},
    {WORD_CALL, LANG_VI,
     "gì thêm|thêm gì|gì nữa|nữa không|hỗ trợ thêm|giúp thêm|thắc mắc|câu hỏi nào khác|vấn đề nào khác|còn cần|cần "
     "gì"},
    {WORD_CALL, LANG_ZH,
     "还有什么|其他问题|别的问题|其他可以|别的可以|其他需要|还需要|还有其他|其它|如有|如果有|若有|随时联系|"
     "随时告诉"},
    {WORD_CALL, LANG_TH, "เพิ่มเติม|อย่างอื่น|อื่นๆ|อีกไหม|อีกมั้ย|หากมีข้อสงสัย|ถ้ามีข้อสงสัย|หากต้องการ|หากมีคำถาม|สอบถามได้"},
};
const size_t courtesy_offering_n = sizeof courtesy_offering / sizeof *courtesy_offering;

const uint32_t courtesy_likes[] = {
    0x1F44D,     0x1F44C, 0x1F44F, 0x1F64F, 0x1F64C, 0x1F91D, 0x1F4AA, 0x270C,  0x2764,  0x2665,  0x1F493,
    0x1F494 + 1, 0x1F496, 0x1F497, 0x1F498, 0x1F499, 0x1F49A, 0x1F49B, 0x1F49C, 0x1F49D, 0x1F49E, 0x1F49F,
    0x1F90D,     0x1F90E, 0x1F9E1, 0x1F5A4, 0x1F338, 0x1F339, 0x1F33A, 0x1F33B, 0x1F337, 0x1F490, 0x2705,
    0x2714,      0x2611,  0x1F4AF, 0x2B50,  0x1F31F, 0x1F389, 0x1F38A, 0x1F970, 0x1F60D, 0x1F618, 0x1F617,
    0x1F619,     0x1F61A, 0x1F917, 0x1F929, 0x1F60A, 0x263A,  0x1F642, 0x1F600, 0x1F603, 0x1F604, 0x1F601,
    0x1F606,     0x1F197, 0x1F91F, 0x1FAF6, 0x1FAE1, 0x1F973, 0x1F607, 0};
const uint32_t courtesy_faces[] = {0x1F605, 0x1F602, 0x1F923, 0x1F609, 0x1F60E, 0x1F60B, 0x1F61C, 0x1F61D, 0x1F61B,
                                   0x1F633, 0x1F92D, 0x1F63B, 0x1F638, 0x1F647, 0x1F64B, 0x1F937, 0x1F44B, 0x2728,
                                   0x1F308, 0x2600,  0x1F31E, 0x1F340, 0x1F97A, 0x1F979, 0};
