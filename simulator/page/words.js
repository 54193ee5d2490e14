// The words the page puts together itself; whole sentences stand in index.html.

export const phones = {
  resident: { label: '居民的手机', tab: '居民' },
  staff: { label: '网格员的手机', tab: '网格员' },
  dispatcher: { label: '指挥室的手机', tab: '指挥室' },
};

export const words = {
  account: '公众号',
  typing: '等待回复…',
  say: (name) => `以${name}的身份发消息`,
  chat: (name) => `${name}的聊天记录`,
  unread: (n) => `（${n} 条新消息）`,
  notice: (n) => `${n.title}（${n.longterm ? '长期有效' : '允许一次发一条'}）`,
  picture: '照片',
  voice: '语音消息',
  place: '位置',
  open: '查看详情',
  link: '打开链接',
  tooBig: '照片超过 10 MB，请换一张。',
  notSent: '没有发出去，请再试一次。',
  pushed: '推送',
  called: '接口',
  again: (n) => `第 ${n} 次`,
  failed: '出错',
  noAnswer: '没有回答',
  asked: '收到的请求',
  answered: '得到的回答',
  empty: '（空）',
  secret: '这里有密钥或文件，不记录内容。',
};

// What a push or an API is called in the log.
export const names = {
  text: '文字', image: '图片', voice: '语音', location: '位置', subscribe: '关注', unsubscribe: '取消关注',
  SCAN: '扫码', CLICK: '点菜单', TEMPLATESENDJOBFINISH: '模板送达回报',
  subscribe_msg_popup_event: '答复订阅', subscribe_msg_change_event: '关闭订阅', subscribe_msg_sent_event: '订阅送达回报',
  stable_token: '取令牌', token: '取令牌', 'message/custom/send': '客服消息', 'message/template/send': '模板消息',
  'message/subscribe/bizsend': '订阅通知', 'newtmpl/gettemplate': '查订阅模板', 'template/get_all_private_template': '查模板',
  get_current_selfmenu_info: '查菜单', 'openapi/quota/get': '查次数', get_current_autoreply_info: '查自动回复', getcallbackip: '查地址', get_api_domain_ip: '查地址',
  'qrcode/create': '生成二维码', 'user/info': '查用户', 'media/upload': '上传素材', 'media/get': '取素材',
  'media/uploadimg': '上传图片', 'menu/create': '建菜单', 'menu/get': '查菜单', 'menu/delete': '删菜单', clear_quota: '清零次数',
};

export const samples = [
  { name: '路灯不亮', draw: 'lamp' },
  { name: '垃圾没清', draw: 'rubbish' },
  { name: '已经修好', draw: 'fixed' },
];
